package dev.weir.gateway.ingest;

/**
 * Keeps the extended sequence numbers of one source that have not come yet, and says which of them to ask for (RFC 4585
 * section 6.2.1). Free of allocation; one thread; times in monotonic nanoseconds.
 */
final class NackGenerator {
    /** Most missing packets kept; a longer gap is a break of the stream, not loss. */
    static final int CAPACITY = 1024;

    private static final int MAX_ATTEMPTS = 10;
    private static final long RETRY_NANOS = 60_000_000;
    private static final long GIVE_UP_NANOS = 1_000_000_000;

    private final boolean retransmits;
    private final long[] sequences = new long[CAPACITY];
    private final long[] missingSince = new long[CAPACITY];
    private final long[] askedAt = new long[CAPACITY];
    private final byte[] attempts = new byte[CAPACITY];
    private int size;

    /** Takes whether the peer answers NACKs; otherwise numbers are only watched. */
    NackGenerator(boolean retransmits) {
        this.retransmits = retransmits;
    }

    /** Notes that {@code from} to {@code to - 1}, all newer than anything noted before, are missing. */
    void onGap(long from, long to, long nowNanos) {
        for (long sequence = from; sequence < to && size < CAPACITY; sequence++) {
            sequences[size] = sequence;
            missingSince[size] = nowNanos;
            askedAt[size] = nowNanos - RETRY_NANOS;
            attempts[size] = 0;
            size++;
        }
    }

    /**
     * Notes that {@code sequence} came; returns how often it was asked for, -1 when it was not missing: a duplicate, or one
     * that was given up.
     */
    int onReceived(long sequence) {
        int i = indexOf(sequence);
        if (i < 0) {
            return -1;
        }
        int asked = attempts[i];
        removeRange(i, 1);
        return asked;
    }

    /** Fills {@code due} with the 16-bit numbers to ask for now, ascending; returns how many. */
    int poll(int[] due, long nowNanos) {
        int count = 0;
        for (int i = 0; retransmits && i < size && count < due.length; i++) {
            if (attempts[i] < MAX_ATTEMPTS && nowNanos - askedAt[i] >= RETRY_NANOS) {
                askedAt[i] = nowNanos;
                attempts[i]++;
                due[count++] = (int) sequences[i] & 0xFFFF;
            }
        }
        return count;
    }

    /** Forgets what has been missing for too long; returns how many packets that is. */
    int giveUp(long nowNanos) {
        int old = 0;
        while (old < size && nowNanos - missingSince[old] >= GIVE_UP_NANOS) {
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
        System.arraycopy(attempts, at + count, attempts, at, tail);
        size -= count;
    }
}
