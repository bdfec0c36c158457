package dev.weir.gateway.congestion;

/**
 * Tells loss by congestion from loss that a path has of itself (radio, a bad cable): the first falls when less is sent, the
 * second stays. One thread.
 */
final class LossDetector {
    /** Above what the path has of itself. */
    private static final double HIGH_LOSS = 0.25;

    private static final double LOW_LOSS = 0.06;
    private static final long TRIAL_NANOS = 1_200_000_000;
    /** A trial costs the viewer: the next one waits. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    /** Bursts end by themselves: once in this time as much is sent as before a trial that helped, to see whether it was the trial. */
    private static final long RETRIAL_NANOS = 20_000_000_000L;
    /** Part of a new value by which the own loss of the path follows, ten times a second. */
    private static final double LEARNING = 0.015;
    /** More than this must have been tried: otherwise a path that is full would be taken for one that is bad. */
    private static final double MOST_LEARNED = 0.1;

    private double inherent;
    private double recent;
    private boolean onTrial;
    private long clearedAtNanos = Long.MIN_VALUE / 2;
    private long retriedAtNanos = Long.MIN_VALUE / 2;
    private long triedAtNanos;
    private double triedLoss;
    private long carriedBps;
    private double highLoss;

    /** Takes the part of packets that was lost in about a second, and in about three. */
    void onLoss(double last, double longer) {
        recent = last;
        boolean high = Math.min(last, longer) > inherent + HIGH_LOSS;
        if (!high && !onTrial) {
            inherent += (Math.min(longer, Math.max(inherent, MOST_LEARNED)) - inherent) * LEARNING;
        }
        highLoss = high ? last : 0;
    }

    /** Returns whether so much is lost that less should be sent, to see whether that helps. */
    boolean isHigh(long nowNanos) {
        return highLoss > 0 && !onTrial && nowNanos - clearedAtNanos > PATIENCE_NANOS;
    }

    /** Returns how much of {@code sentBps} arrives. */
    long arrivedBps(long sentBps) {
        return (long) (sentBps * (1 - highLoss));
    }

    boolean isLow() {
        return recent < inherent + LOW_LOSS;
    }

    /** Notes that less is sent from now on, because of loss, while {@code arrivedBps} arrives. */
    void onDecrease(long arrivedBps, long nowNanos) {
        onTrial = true;
        triedAtNanos = nowNanos;
        triedLoss = highLoss;
        carriedBps = arrivedBps;
    }

    /**
     * Returns once whether as much as before shall be sent again: because loss has stayed although less was sent, and so is the
     * path's own, or to see whether it comes back.
     */
    boolean isNotOurs(long sentBps, long nowNanos) {
        if (!onTrial || nowNanos - triedAtNanos < TRIAL_NANOS) {
            return false;
        }
        onTrial = false;
        // A path that is full carries as much as before; one that loses of itself loses the same part.
        double congested = Math.max(0, 1 - (double) carriedBps / Math.max(1, sentBps));
        boolean stayed = congested < triedLoss && recent > (congested + triedLoss) / 2;
        if (stayed) {
            inherent = Math.max(inherent, recent);
            clearedAtNanos = nowNanos;
            return true;
        }
        boolean again = nowNanos - retriedAtNanos > RETRIAL_NANOS;
        retriedAtNanos = again ? nowNanos : retriedAtNanos;
        return again;
    }

    /** Returns the part of the packets that the path is taken to lose of itself, 0 to 1. */
    double inherent() {
        return inherent;
    }

    /** Returns the part of the packets that was lost lately, 0 to 1. */
    double recent() {
        return recent;
    }
}
