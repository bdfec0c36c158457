package dev.weir.webrtc.net;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations by upper bounds from 50 µs to 100 ms. Written by one thread, without allocation; read by anybody. */
public final class DurationHistogram {
    private static final long MICRO = 1_000;
    private static final long[] BOUNDS = {
        50 * MICRO,
        100 * MICRO,
        200 * MICRO,
        300 * MICRO,
        500 * MICRO,
        750 * MICRO,
        1_000 * MICRO,
        1_500 * MICRO,
        2_000 * MICRO,
        3_000 * MICRO,
        5_000 * MICRO,
        10_000 * MICRO,
        20_000 * MICRO,
        50_000 * MICRO,
        100_000 * MICRO,
    };

    /** Those within each bound and none before, those beyond all, and at last the sum in nanoseconds. */
    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 2);

    void record(long nanos) {
        int i = 0;
        while (i < BOUNDS.length && nanos > BOUNDS[i]) {
            i++;
        }
        add(i, 1);
        add(BOUNDS.length + 1, nanos);
    }

    /** Without a locked instruction: there is one writer. */
    private void add(int index, long amount) {
        counts.setOpaque(index, counts.getPlain(index) + amount);
    }

    void addAll(DurationHistogram other) {
        for (int i = 0; i < counts.length(); i++) {
            add(i, other.counts.getOpaque(i));
        }
    }

    /** Returns the number of buckets, of which the last has no bound. */
    public static int size() {
        return BOUNDS.length + 1;
    }

    /** Returns the upper bound of a bucket in seconds, infinity for the last. */
    public static double boundSeconds(int bucket) {
        return bucket < BOUNDS.length ? BOUNDS[bucket] / 1e9 : Double.POSITIVE_INFINITY;
    }

    /** Returns how many durations lie within the bucket's bound and none before. */
    public long count(int bucket) {
        return counts.getOpaque(bucket);
    }

    /** Returns the sum of all durations in seconds. */
    public double sumSeconds() {
        return counts.getOpaque(BOUNDS.length + 1) / 1e9;
    }
}
