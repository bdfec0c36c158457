package dev.weir.gateway.ingest;

/**
 * Throttles keyframe requests of one source on both edges: the first goes out at once, later ones within the interval are
 * joined into one at its end, and one that brings no keyframe is repeated some times. One thread.
 */
final class KeyframeRequests {
    private static final long INTERVAL_NANOS = 1_000_000_000;
    private static final int MAX_REPEATS = 4;

    private boolean wanted;
    private boolean everSent;
    private int repeats;
    private long sentAtNanos;

    /** Somebody needs a keyframe. */
    void request() {
        wanted = true;
        repeats = 0;
    }

    boolean isWanted() {
        return wanted;
    }

    /** A keyframe began: all wishes so far are fulfilled. */
    void onKeyframe() {
        wanted = false;
    }

    /** Returns whether to send a request now; it is then taken as sent. */
    boolean poll(long nowNanos) {
        if (!wanted || (everSent && nowNanos - sentAtNanos < INTERVAL_NANOS)) {
            return false;
        }
        everSent = true;
        sentAtNanos = nowNanos;
        repeats++;
        if (repeats > MAX_REPEATS) {
            wanted = false;
            return false;
        }
        return true;
    }
}
