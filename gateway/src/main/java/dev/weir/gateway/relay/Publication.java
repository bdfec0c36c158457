package dev.weir.gateway.relay;

import java.util.List;

/**
 * One publisher's hold on a stream, from registration to its end. Everything but {@link #epoch} is a no-op once another
 * publisher took over. Called by the publisher, one thread at a time.
 */
public final class Publication {
    private final StreamRelay stream;
    private final Publisher publisher;
    private final long epoch;
    private final Gate gate = new Gate();
    private volatile boolean held;
    private List<RelayTrack> tracks = List.of();
    private long packets;
    private long bytes;
    private long packetsLost;

    Publication(StreamRelay stream, Publisher publisher, long epoch) {
        this.stream = stream;
        this.publisher = publisher;
        this.epoch = epoch;
    }

    /** Returns the epoch that this publisher's packets belong to. */
    public long epoch() {
        return epoch;
    }

    /** Returns whether it holds the stream now. */
    public boolean holds() {
        return stream.publication().filter(this::equals).isPresent();
    }

    /** Returns what is open while it holds the stream. */
    Gate gate() {
        return gate;
    }

    void taken() {
        held = true;
    }

    boolean everHeld() {
        return held;
    }

    public StreamRelay stream() {
        return stream;
    }

    Publisher publisher() {
        return publisher;
    }

    /** Tells which tracks will come, so that viewers can negotiate before the publisher is connected. */
    public void expect(List<RelayTrack> tracks) {
        this.tracks = List.copyOf(tracks);
        stream.expect(this, this.tracks);
    }

    /** Tells which tracks there are; again, when the codec in use became known. */
    public void announce(List<RelayTrack> tracks) {
        this.tracks = List.copyOf(tracks);
        stream.announce(this, this.tracks);
    }

    /** Forwards {@code packet}; returns how many subscribers took it, taps not counted. */
    public int publish(RelayPacket packet) {
        packets++;
        bytes += packet.payloadLength();
        return stream.publish(this, packet);
    }

    /** Passes a sender report on; see {@link Subscriber#onSenderReport}. */
    public void senderReport(
            int trackIndex, String rid, long ntpTimestamp, long extendedRtpTimestamp, long arrivalMicros) {
        stream.senderReport(this, trackIndex, rid, ntpTimestamp, extendedRtpTimestamp, arrivalMicros);
    }

    /** Counts packets that were lost for good; negative when they came after all. */
    public void lost(long packets) {
        packetsLost += packets;
        stream.countLost(packets);
    }

    /** Returns the tracks that were told last. */
    public List<RelayTrack> tracks() {
        return tracks;
    }

    /** Returns how many packets came. */
    public long packets() {
        return packets;
    }

    /** Returns their payload bytes. */
    public long bytes() {
        return bytes;
    }

    /** Returns how many packets were lost for good. */
    public long packetsLost() {
        return packetsLost;
    }

    /** Gives the stream free; {@code reason} is for people. Viewers stay attached. Idempotent. */
    public void end(String reason) {
        stream.end(this, reason);
    }
}
