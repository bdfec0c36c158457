package dev.weir.gateway.ingest;

import dev.weir.gateway.congestion.BandwidthEstimator;

/**
 * What the path from a publisher carries, for those that take REMB but send no transport-wide numbers: from the delay of
 * pictures against their RTP time, and from loss. One thread.
 */
final class ReceiveEstimate {
    /** Far above what anybody publishes: nothing is to be held back before the path turns out to be full. */
    static final long UNLIMITED_BPS = 20_000_000;

    private static final long LONGEST_DELAY_NANOS = 2_000_000_000L;
    private static final int TOLD_PERCENT = 97;
    private static final int WINDOWS = 3;

    private final BandwidthEstimator estimator = new BandwidthEstimator(UNLIMITED_BPS, WINDOWS);
    private long toldBps = UNLIMITED_BPS;

    /** Takes a packet of video that came in order, {@code bytes} long. */
    void onPacket(Source source, long extendedTimestamp, int bytes, long nowNanos) {
        long sent = sentNanos(source, extendedTimestamp);
        boolean known = source.clockOffsetNanos != Long.MIN_VALUE;
        if (!known || Math.abs(nowNanos - sent - source.clockOffsetNanos) > LONGEST_DELAY_NANOS) {
            // The first packet, or a clock that was set: a queue is never as long.
            source.clockOffsetNanos = nowNanos - sent;
        }
        estimator.onReceived(sent + source.clockOffsetNanos, nowNanos, bytes);
    }

    /** Takes that {@code count} packets are missing before the one of {@code extendedTimestamp}. */
    void onGap(Source source, long extendedTimestamp, long count) {
        if (source.clockOffsetNanos != Long.MIN_VALUE) {
            estimator.onMissing(sentNanos(source, extendedTimestamp) + source.clockOffsetNanos, count);
        }
    }

    /** Takes that a packet was not lost but late. */
    void onLate(Source source, long extendedTimestamp) {
        estimator.onFound(sentNanos(source, extendedTimestamp) + source.clockOffsetNanos);
    }

    private static long sentNanos(Source source, long extendedTimestamp) {
        int clockRate = source.section.clockRateHz();
        return extendedTimestamp / clockRate * 1_000_000_000L
                + extendedTimestamp % clockRate * 1_000_000_000L / clockRate;
    }

    /** Estimates anew; returns whether the publisher must hear of it at once. */
    boolean isFalling(long nowNanos) {
        estimator.evaluateReceived(nowNanos);
        return bps() < toldBps * TOLD_PERCENT / 100;
    }

    /** Returns the estimate that the publisher is told now, in bits per second. */
    long tell() {
        toldBps = bps();
        return toldBps;
    }

    private long bps() {
        return Math.min(UNLIMITED_BPS, estimator.estimateBps());
    }
}
