package dev.weir.connector.restream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts: they double up to a bound, and each is between half and the whole of it. One thread. */
final class BackOff {
    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private long nextNanos;

    BackOff(Duration first, Duration longest, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.random = random;
        this.nextNanos = firstNanos;
    }

    /** Returns the next pause in nanoseconds. */
    long next() {
        long whole = nextNanos;
        nextNanos = Math.min(2 * nextNanos, longestNanos);
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }

    /** Begins anew, because a connection has proved good. */
    void reset() {
        nextNanos = firstNanos;
    }
}
