package dev.weir.webrtc.srtp;

/** Remembers which of the newest {@link #SIZE} packet indices were seen (RFC 3711 section 3.3.2). */
final class ReplayWindow {
    static final int SIZE = 1_024;

    private final long[] seen = new long[SIZE / Long.SIZE];
    private long highest = -1;

    /** Returns the highest index seen, or -1. */
    long highest() {
        return highest;
    }

    /** Returns whether {@code index} is neither seen nor too old to know. */
    boolean isFresh(long index) {
        if (index > highest) {
            return true;
        }
        return index >= 0 && highest - index < SIZE && (seen[word(index)] & bit(index)) == 0;
    }

    /** Marks a fresh index as seen. */
    void mark(long index) {
        if (index > highest) {
            clear(index);
            highest = index;
        }
        seen[word(index)] |= bit(index);
    }

    private void clear(long index) {
        if (index - highest >= SIZE) {
            for (int i = 0; i < seen.length; i++) {
                seen[i] = 0;
            }
            return;
        }
        for (long i = highest + 1; i <= index; i++) {
            seen[word(i)] &= ~bit(i);
        }
    }

    private static int word(long index) {
        return (int) (index & (SIZE - 1)) >>> 6;
    }

    private static long bit(long index) {
        return 1L << (index & 63);
    }
}
