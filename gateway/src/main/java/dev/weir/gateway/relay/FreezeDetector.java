package dev.weir.gateway.relay;

/**
 * Counts freezes as W3C webrtc-stats does: the next decodable frame came later than three times the average interval, or
 * 150 ms more than it, whichever is longer; the average is that of the last 30 intervals.
 */
public final class FreezeDetector {
    private static final int INTERVALS = 30;
    private static final long MARGIN_MICROS = 150_000;

    private final long[] intervals = new long[INTERVALS];
    private int count;
    private long sum;
    private long lastMicros = Long.MIN_VALUE;
    private int freezes;
    private long freezeMicros;

    /** Notes that a frame was whole at {@code arrivalMicros}. */
    public void onFrame(long arrivalMicros) {
        if (lastMicros != Long.MIN_VALUE && arrivalMicros >= lastMicros) {
            long interval = arrivalMicros - lastMicros;
            if (count > 0) {
                long average = sum / Math.min(count, INTERVALS);
                if (interval > Math.max(3 * average, average + MARGIN_MICROS)) {
                    freezes++;
                    freezeMicros += interval;
                }
            }
            int slot = count++ % INTERVALS;
            sum += interval - intervals[slot];
            intervals[slot] = interval;
        }
        lastMicros = arrivalMicros;
    }

    /** Returns the freezes so far. */
    public int freezes() {
        return freezes;
    }

    /** Returns how long they lasted together. */
    public long freezeMicros() {
        return freezeMicros;
    }
}
