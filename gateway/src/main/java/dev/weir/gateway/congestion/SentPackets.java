package dev.weir.gateway.congestion;

/** Remembers what was sent under the last transport-wide sequence numbers. No allocation after construction; one thread. */
final class SentPackets {
    static final int CAPACITY = 2_048;
    private static final int MASK = CAPACITY - 1;

    static final byte UNREPORTED = 0;
    static final byte LOST = 1;
    static final byte ACKNOWLEDGED = 2;

    private final long[] sentNanos = new long[CAPACITY];
    private final int[] bytes = new int[CAPACITY];
    private final int[] marks = new int[CAPACITY];
    private final byte[] states = new byte[CAPACITY];
    private final boolean[] probes = new boolean[CAPACITY];
    private long next;

    /** Notes the next packet, with the sender's own {@code mark}; numbers come one after another, from 0. */
    void add(int size, int mark, boolean probe, long nowNanos) {
        int slot = (int) next++ & MASK;
        sentNanos[slot] = nowNanos;
        bytes[slot] = size;
        marks[slot] = mark;
        states[slot] = UNREPORTED;
        probes[slot] = probe;
    }

    /** Returns the extended number of the newest packet with these low 16 bits, -1 when it is not remembered. */
    long find(int sequence) {
        long candidate = next - 1 - ((next - 1 - sequence) & 0xFFFF);
        return candidate >= 0 && next - candidate <= CAPACITY ? candidate : -1;
    }

    long sentNanos(long number) {
        return sentNanos[(int) number & MASK];
    }

    int bytes(long number) {
        return bytes[(int) number & MASK];
    }

    int mark(long number) {
        return marks[(int) number & MASK];
    }

    boolean isProbe(long number) {
        return probes[(int) number & MASK];
    }

    byte state(long number) {
        return states[(int) number & MASK];
    }

    void setState(long number, byte state) {
        states[(int) number & MASK] = state;
    }
}
