package dev.weir.webrtc.rtp;

/** Compares 16-bit sequence numbers in the serial arithmetic of RFC 1982. */
public final class SequenceNumbers {
    private SequenceNumbers() {}

    /** Returns the signed steps from {@code from} to {@code to}, -32,768 to 32,767; exactly half way round counts as behind. */
    public static int distance(int from, int to) {
        return (short) (to - from);
    }

    /** Tells whether {@code candidate} comes after {@code reference}. */
    public static boolean isNewer(int candidate, int reference) {
        return distance(reference, candidate) > 0;
    }

    /** Returns {@code sequenceNumber + steps}, wrapped to 16 bits. */
    public static int plus(int sequenceNumber, int steps) {
        return (sequenceNumber + steps) & 0xFFFF;
    }
}
