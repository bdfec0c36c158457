package dev.weir.gateway.ingest;

import java.util.List;

/**
 * How one publisher is received, by the names and units of WebRTC's statistics (W3C webrtc-stats). Immutable.
 *
 * @param inbound one entry per SSRC that carries media
 */
public record PublisherStats(List<Inbound> inbound) {
    /** Nothing yet. */
    public static final PublisherStats NONE = new PublisherStats(List.of());

    public PublisherStats {
        inbound = List.copyOf(inbound);
    }

    /**
     * One SSRC.
     *
     * @param mid identification of its m-line
     * @param kind {@code audio} or {@code video}
     * @param rid simulcast layer, empty without simulcast
     * @param packetsReceived RTP packets, repaired ones included
     * @param packetsLost those that have not come, so far
     * @param packetsDiscarded repeats of what had come
     * @param jitter interarrival jitter, seconds
     * @param retransmittedPacketsReceived packets that came as repairs
     * @param nackCount sequence numbers that were asked for again
     * @param pliCount keyframes asked for by PLI
     * @param firCount keyframes asked for by FIR
     * @param roundTripTime time that repairs take, seconds
     */
    public record Inbound(
            String mid,
            String kind,
            String rid,
            long packetsReceived,
            long packetsLost,
            long packetsDiscarded,
            double jitter,
            long retransmittedPacketsReceived,
            long nackCount,
            long pliCount,
            long firCount,
            double roundTripTime) {
        static Inbound of(Source source) {
            return new Inbound(
                    source.section.media().mid(),
                    source.section.kind().name().toLowerCase(java.util.Locale.ROOT),
                    source.rid,
                    source.statistics.received(),
                    source.statistics.lost(),
                    source.counters.discarded,
                    source.statistics.jitterTicks() / (double) source.section.clockRateHz(),
                    source.counters.repaired,
                    source.counters.nacks,
                    source.counters.plis,
                    source.counters.firs,
                    source.nacks.roundTripNanos() / 1e9);
        }
    }
}
