package dev.weir.gateway.ingest;

/**
 * Keeps the extended sequence numbers of one source that have not come yet, and says which of them to ask for (RFC 4585
 * section 6.2.1): at once on a path that keeps order, otherwise after the time by which packets were late there; again
 * after the time that repairs take, with back-off; no more when the answer would come after the deadline. Free of
 * allocation; one thread; times in monotonic nanoseconds.
 */
final class NackGenerator {
    /** Most missing packets kept; a longer gap is a break of the stream, not loss. */
    static final int CAPACITY = 1024;

    /** How long a packet is waited for: what players' jitter buffers hold at most, so a later one helps nobody. */
    static final long DEADLINE_NANOS = 1_000_000_000;

    private static final int MAX_ATTEMPTS = 10;
    private static final int QUICK_ATTEMPTS = 3;
    private static final long FIRST_ROUND_TRIP_NANOS = 100_000_000;
    private static final long MOST_ROUND_TRIP_NANOS = 500_000_000;
    private static final long LEAST_RETRY_NANOS = 20_000_000;
    private static final long MOST_RETRY_NANOS = 250_000_000;
    private static final long MOST_REORDER_NANOS = 40_000_000;

    private final boolean retransmits;
    private final long[] sequences = new long[CAPACITY];
    private final long[] missingSince = new long[CAPACITY];
    private final long[] askedAt = new long[CAPACITY];
    private final long[] askedBeforeAt = new long[CAPACITY];
    private final long[] dueAt = new long[CAPACITY];
    private final byte[] attempts = new byte[CAPACITY];
    private int size;
    private long nextDueNanos = Long.MAX_VALUE;
    private long roundTripNanos = FIRST_ROUND_TRIP_NANOS;
    private long reorderNanos;

    /** Takes whether the peer answers NACKs; otherwise numbers are only watched. */
    NackGenerator(boolean retransmits) {
        this.retransmits = retransmits;
    }

    /** Notes that {@code from} to {@code to - 1}, all newer than anything noted before, are missing. */
    void onGap(long from, long to, long nowNanos) {
        for (long sequence = from; sequence < to && size < CAPACITY; sequence++) {
            sequences[size] = sequence;
            missingSince[size] = nowNanos;
            askedAt[size] = nowNanos;
            askedBeforeAt[size] = nowNanos;
            dueAt[size] = nowNanos + reorderNanos;
            attempts[size] = 0;
            size++;
        }
        nextDueNanos = Math.min(nextDueNanos, nowNanos + reorderNanos);
    }

    /** Returns whether a {@link #poll} may have something to ask for. */
    boolean isDue(long nowNanos) {
        return size > 0 && nowNanos - nextDueNanos >= 0;
    }

    /**
     * Notes that {@code sequence} came on its own; returns how often it was asked for, -1 when it was not missing: a
     * duplicate, or one that was given up.
     */
    int onReceived(long sequence, long nowNanos) {
        int i = indexOf(sequence);
        if (i < 0) {
            return -1;
        }
        int asked = attempts[i];
        long late = nowNanos - missingSince[i];
        // An answer to a NACK without a format of its own looks the same, but it is not as quick.
        if (asked == 0 || late < roundTripNanos / 2) {
            reorderNanos = Math.max(reorderNanos, Math.min(MOST_REORDER_NANOS, late + late / 4));
        } else if (asked == 1) {
            measure(nowNanos - askedAt[i]);
        }
        removeRange(i, 1);
        return asked;
    }

    /** Notes that {@code sequence} came as a repair; else as {@link #onReceived}. */
    int onRepaired(long sequence, long nowNanos) {
        int i = indexOf(sequence);
        if (i < 0) {
            return -1;
        }
        int asked = attempts[i];
        long took = nowNanos - askedAt[i];
        if (asked == 1) {
            measure(took);
        } else if (took < roundTripNanos / 2) {
            // That answers the request before the last one: the repetition was too early.
            measure(nowNanos - askedBeforeAt[i]);
        }
        // Loss, not reordering: the patience with reordering fades.
        reorderNanos -= reorderNanos / 64;
        removeRange(i, 1);
        return asked;
    }

    /** Notes that {@code sequence} was made from later packets, which tells nothing of the path; returns whether it was missing. */
    boolean onRestored(long sequence) {
        int i = indexOf(sequence);
        if (i < 0) {
            return false;
        }
        removeRange(i, 1);
        return true;
    }

    private void measure(long tookNanos) {
        roundTripNanos = Math.min(MOST_ROUND_TRIP_NANOS, roundTripNanos + (tookNanos - roundTripNanos) / 8);
    }

    /** Fills {@code due} with the 16-bit numbers to ask for now, ascending; returns how many. */
    int poll(int[] due, long nowNanos) {
        int count = 0;
        nextDueNanos = Long.MAX_VALUE;
        for (int i = 0; retransmits && i < size && count < due.length; i++) {
            boolean inTime = nowNanos + roundTripNanos - missingSince[i] <= DEADLINE_NANOS;
            if (inTime && attempts[i] < MAX_ATTEMPTS && nowNanos - dueAt[i] >= 0) {
                askedBeforeAt[i] = askedAt[i];
                askedAt[i] = nowNanos;
                attempts[i]++;
                dueAt[i] = nowNanos + retryNanos(attempts[i]);
                due[count++] = (int) sequences[i] & 0xFFFF;
            }
            nextDueNanos = Math.min(nextDueNanos, dueAt[i]);
        }
        return count;
    }

    /** A round trip and a seventh; from the fourth attempt on each waits a quarter longer. */
    private long retryNanos(int attempt) {
        long wait = roundTripNanos + roundTripNanos / 7;
        for (int i = QUICK_ATTEMPTS; i < attempt; i++) {
            wait += wait / 4;
        }
        return Math.max(LEAST_RETRY_NANOS, Math.min(MOST_RETRY_NANOS, wait));
    }

    /** Forgets what has been missing for too long; returns how many packets that is. */
    int giveUp(long nowNanos) {
        int old = 0;
        while (old < size && nowNanos - missingSince[old] >= DEADLINE_NANOS) {
            old++;
        }
        removeRange(0, old);
        return old;
    }

    /** Forgets everything, because the source broke off; returns how many packets were missing. */
    int clear() {
        int missing = size;
        size = 0;
        return missing;
    }

    int size() {
        return size;
    }

    /** Returns how long a repair takes, as measured lately. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    private int indexOf(long sequence) {
        return size == 0 ? -1 : java.util.Arrays.binarySearch(sequences, 0, size, sequence);
    }

    private void removeRange(int at, int count) {
        if (count == 0) {
            return;
        }
        int tail = size - at - count;
        System.arraycopy(sequences, at + count, sequences, at, tail);
        System.arraycopy(missingSince, at + count, missingSince, at, tail);
        System.arraycopy(askedAt, at + count, askedAt, at, tail);
        System.arraycopy(askedBeforeAt, at + count, askedBeforeAt, at, tail);
        System.arraycopy(dueAt, at + count, dueAt, at, tail);
        System.arraycopy(attempts, at + count, attempts, at, tail);
        size -= count;
    }
}
