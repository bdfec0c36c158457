package dev.weir.gateway.metrics;

/** Lists every meter of the gateway with its Prometheus name and its meaning. No meter has a stream or session label. */
public enum Meter {
    SESSIONS(Kind.GAUGE, "weir.sessions", "Sessions now, publishers and viewers"),
    PUBLISHERS(Kind.GAUGE, "weir.publishers", "Publisher sessions now"),
    VIEWERS(Kind.GAUGE, "weir.viewers", "Viewer sessions now"),
    STREAMS(Kind.GAUGE, "weir.streams", "Streams known now"),
    TRANSPORTS(Kind.GAUGE, "weir.transports", "Transports attached to event loops now"),
    TIMERS(Kind.GAUGE, "weir.timers", "Timers waiting on event loops now"),
    SESSIONS_STARTED(Kind.COUNTER, "weir.sessions.started", "Sessions made from an offer"),
    SESSIONS_CONNECTED(Kind.COUNTER, "weir.sessions.connected", "Sessions whose transport connected"),
    SESSIONS_REFUSED(Kind.COUNTER, "weir.sessions.refused", "Offers refused, for whatever reason"),
    SESSIONS_ENDED(Kind.COUNTER, "weir.sessions.ended", "Sessions that ended, for whatever reason"),
    RTP_PACKETS_RECEIVED(Kind.COUNTER, "weir.rtp.packets.received", "RTP packets from publishers, after decryption"),
    RTP_BYTES_RECEIVED(Kind.COUNTER, "weir.rtp.bytes.received", "Their payload bytes"),
    RTP_PACKETS_DUPLICATE(Kind.COUNTER, "weir.rtp.packets.duplicate", "RTP packets that had been received before"),
    RTP_PACKETS_UNKNOWN(
            Kind.COUNTER,
            "weir.rtp.packets.unknown",
            "RTP packets of no negotiated track or payload type, or malformed"),
    RTP_PACKETS_EXCESS(Kind.COUNTER, "weir.rtp.packets.excess", "Packets beyond what one session may send, dropped"),
    RTP_PACKETS_RECOVERED(Kind.COUNTER, "weir.rtp.packets.recovered", "Lost packets that came after a NACK"),
    RTP_PACKETS_LOST(Kind.COUNTER, "weir.rtp.packets.lost", "Packets of publishers given up as lost"),
    RTP_PACKETS_SENT(Kind.COUNTER, "weir.rtp.packets.sent", "RTP packets to viewers, retransmissions included"),
    RTP_BYTES_SENT(Kind.COUNTER, "weir.rtp.bytes.sent", "Their payload bytes"),
    RTP_PACKETS_RETRANSMITTED(
            Kind.COUNTER, "weir.rtp.packets.retransmitted", "Packets sent again to viewers, asked for or told as lost"),
    RTP_PACKETS_DROPPED(Kind.COUNTER, "weir.rtp.packets.dropped", "Packets a slow viewer did not get"),
    NACKS_SENT(Kind.COUNTER, "weir.nacks.sent", "Sequence numbers asked for again from publishers"),
    NACKS_RECEIVED(Kind.COUNTER, "weir.nacks.received", "Sequence numbers asked for again by viewers"),
    PLIS_RECEIVED(Kind.COUNTER, "weir.plis.received", "Keyframe requests of viewers, PLI and FIR"),
    VIEWER_FREEZES(
            Kind.COUNTER,
            "weir.viewer.freezes",
            "Times that a viewer's picture must have stood, by when pictures were sent to it"),
    VIEWER_FIRST_FRAMES(Kind.COUNTER, "weir.viewer.first.frames", "Viewers that were sent a first picture"),
    VIEWER_FIRST_FRAME_MILLIS(
            Kind.COUNTER,
            "weir.viewer.first.frame.millis",
            "Their milliseconds from the connection to that picture, added up"),
    KEYFRAMES_REQUESTED(Kind.COUNTER, "weir.keyframes.requested", "Keyframe requests sent to publishers"),
    RTCP_MALFORMED(Kind.COUNTER, "weir.rtcp.malformed", "RTCP packets that did not parse");

    /** Tells how a meter moves. */
    public enum Kind {
        COUNTER,
        GAUGE
    }

    private final Kind kind;
    private final String meterName;
    private final String description;

    Meter(Kind kind, String meterName, String description) {
        this.kind = kind;
        this.meterName = meterName;
        this.description = description;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the dotted name; Prometheus sees underscores, and {@code _total} behind counters. */
    public String meterName() {
        return meterName;
    }

    public String description() {
        return description;
    }
}
