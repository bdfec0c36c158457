package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;

/** Packs arrivals into the status chunks and deltas of a transport-wide feedback (draft-holmer section 3.1). */
final class TransportFeedbackWriter {
    private static final int TICKS_PER_REFERENCE = 256;
    private static final int MAX_RUN = 0x1FFF;
    private static final int TWO_BIT_SYMBOLS = 7;
    private static final int ONE_BIT_SYMBOLS = 14;

    private TransportFeedbackWriter() {}

    /** Returns how many of the first {@code count} packets one feedback can tell: their deltas must fit 16 signed bits. */
    static int reportable(long[] ticks, int count) {
        int until = Math.min(count, TransportFeedbackReader.MAX_PACKETS);
        long previous = Long.MIN_VALUE;
        for (int i = 0; i < until; i++) {
            if (ticks[i] == Long.MIN_VALUE) {
                continue;
            }
            if (previous != Long.MIN_VALUE && (short) (ticks[i] - previous) != ticks[i] - previous) {
                return i;
            }
            previous = ticks[i];
        }
        return previous == Long.MIN_VALUE ? 0 : until;
    }

    static void write(ByteBuffer out, int baseSequence, int feedbackCount, long[] ticks, int count) {
        long reference = firstArrival(ticks, count) / TICKS_PER_REFERENCE;
        out.putShort((short) baseSequence).putShort((short) count);
        out.putInt((int) reference << 8 | (feedbackCount & 0xFF));
        writeChunks(out, reference * TICKS_PER_REFERENCE, ticks, count);
        long previous = reference * TICKS_PER_REFERENCE;
        for (int i = 0; i < count; i++) {
            if (ticks[i] == Long.MIN_VALUE) {
                continue;
            }
            long delta = ticks[i] - previous;
            if (isSmall(delta)) {
                out.put((byte) delta);
            } else {
                out.putShort((short) delta);
            }
            previous = ticks[i];
        }
    }

    private static void writeChunks(ByteBuffer out, long referenceTicks, long[] ticks, int count) {
        long previous = referenceTicks;
        int i = 0;
        while (i < count) {
            int symbol = symbol(ticks[i], previous);
            int run = run(ticks, i, count, previous, symbol);
            int taken;
            if (run > TWO_BIT_SYMBOLS || i + run == count) {
                taken = Math.min(run, MAX_RUN);
                out.putShort((short) (symbol << 13 | taken));
            } else {
                taken = writeVector(out, ticks, i, count, previous);
            }
            for (int k = i; k < i + taken; k++) {
                previous = ticks[k] == Long.MIN_VALUE ? previous : ticks[k];
            }
            i += taken;
        }
    }

    private static int writeVector(ByteBuffer out, long[] ticks, int from, int count, long previousTicks) {
        int oneBit = 0;
        int twoBit = 0;
        boolean anyLarge = false;
        long previous = previousTicks;
        int available = Math.min(ONE_BIT_SYMBOLS, count - from);
        for (int k = 0; k < available; k++) {
            int symbol = symbol(ticks[from + k], previous);
            anyLarge |= symbol == 2;
            if (k < TWO_BIT_SYMBOLS) {
                twoBit |= symbol << (2 * (TWO_BIT_SYMBOLS - 1 - k));
            }
            oneBit |= (symbol & 1) << (ONE_BIT_SYMBOLS - 1 - k);
            previous = ticks[from + k] == Long.MIN_VALUE ? previous : ticks[from + k];
        }
        out.putShort((short) (anyLarge ? 0xC000 | twoBit : 0x8000 | oneBit));
        return anyLarge ? Math.min(available, TWO_BIT_SYMBOLS) : available;
    }

    private static int run(long[] ticks, int from, int count, long previousTicks, int symbol) {
        long previous = previousTicks;
        int i = from;
        while (i < count && i - from < MAX_RUN && symbol(ticks[i], previous) == symbol) {
            previous = ticks[i] == Long.MIN_VALUE ? previous : ticks[i];
            i++;
        }
        return i - from;
    }

    private static int symbol(long ticks, long previous) {
        if (ticks == Long.MIN_VALUE) {
            return 0;
        }
        return isSmall(ticks - previous) ? 1 : 2;
    }

    private static boolean isSmall(long delta) {
        return delta >= 0 && delta <= 0xFF;
    }

    private static long firstArrival(long[] ticks, int count) {
        for (int i = 0; i < count; i++) {
            if (ticks[i] != Long.MIN_VALUE) {
                return ticks[i];
            }
        }
        return 0;
    }
}
