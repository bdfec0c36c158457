package dev.weir.webrtc.net;

/**
 * How long peers' shares of a turn took to leave, counted once the calls that sent them are done: what is filled for one peer
 * leaves with what is filled for others. One thread.
 */
final class ForwardingTimes {
    private final DurationHistogram histogram = new DurationHistogram();
    /** Since when those wait that were served and may not have left. */
    private final long[] since = new long[DatagramTrains.MAX_TRAINS];

    private int waiting;
    private long calls;

    /** A peer that has waited since {@code sinceNanos} is served next; {@code callsDone} counts those that sent. */
    void next(long sinceNanos, long callsDone, long nowNanos) {
        if (callsDone != calls || waiting == since.length) {
            // Of the last one's some may be left, which fills the next call.
            record(waiting == since.length ? waiting : Math.max(0, waiting - 1), nowNanos);
            calls = callsDone;
        }
        since[waiting++] = sinceNanos;
    }

    /** All have left. */
    void end(long callsDone, long nowNanos) {
        record(waiting, nowNanos);
        calls = callsDone;
    }

    private void record(int gone, long nowNanos) {
        for (int i = 0; i < gone; i++) {
            histogram.record(nowNanos - since[i]);
        }
        waiting -= gone;
        if (waiting > 0) {
            since[0] = since[gone];
        }
    }

    /** Returns them; from any thread. */
    DurationHistogram histogram() {
        return histogram;
    }
}
