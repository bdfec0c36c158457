package dev.weir.gateway.session;

/**
 * Tells a session in which media flows from one that is quiet, so that the chores of quiet ones are done rarely: a thousand
 * of them would cost more than their share. Time in, verdict out; on the session's loop.
 */
final class Rest {
    /** Longer than what the chores of a flowing session put off, and than the pauses of slow video. */
    private static final long PATIENCE_NANOS = 250_000_000;

    private final Runnable wake;
    private long activeAtNanos;
    private boolean resting;

    /** {@code wake} is run when the rest is over. */
    Rest(Runnable wake, long nowNanos) {
        this.wake = wake;
        this.activeAtNanos = nowNanos;
    }

    /** Something flows. */
    void onActivity(long nowNanos) {
        activeAtNanos = nowNanos;
        if (resting) {
            resting = false;
            wake.run();
        }
    }

    /** Returns whether nothing has flowed for a while; then the next activity wakes. */
    boolean begins(long nowNanos) {
        resting = nowNanos - activeAtNanos >= PATIENCE_NANOS;
        return resting;
    }
}
