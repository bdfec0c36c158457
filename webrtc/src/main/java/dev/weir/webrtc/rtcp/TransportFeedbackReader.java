package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Unpacks the status chunks and deltas of a transport-wide feedback (draft-holmer section 3.1). */
final class TransportFeedbackReader {
    /** More packets than any receiver reports at once; bounds what a few hostile bytes can make us allocate. */
    static final int MAX_PACKETS = 4_096;

    private static final int FIXED_LENGTH = 8;
    private static final int NOT_RECEIVED = 0;
    private static final int SMALL_DELTA = 1;
    private static final int LARGE_DELTA = 2;

    private TransportFeedbackReader() {}

    /** Returns the feedback whose control information lies in {@code start..end}, or null when it is malformed. */
    static @Nullable TransportFeedback read(ByteBuffer in, int start, int end) {
        if (end - start < FIXED_LENGTH) {
            return null;
        }
        int count = in.getShort(start + 2) & 0xFFFF;
        if (count == 0 || count > MAX_PACKETS) {
            return null;
        }
        byte[] symbols = new byte[count];
        int at = readSymbols(in, start + FIXED_LENGTH, end, symbols);
        if (at < 0) {
            return null;
        }
        long ticks = (in.getInt(start + 4) >>> 8) * 256L;
        long[] arrivals = new long[count];
        Arrays.fill(arrivals, Long.MIN_VALUE);
        for (int i = 0; i < count; i++) {
            int symbol = symbols[i];
            if (symbol == NOT_RECEIVED) {
                continue;
            }
            if (symbol > LARGE_DELTA || at + symbol > end) {
                return null;
            }
            ticks += symbol == SMALL_DELTA ? in.get(at) & 0xFF : in.getShort(at);
            at += symbol;
            arrivals[i] = ticks;
        }
        return new TransportFeedback(in.getShort(start) & 0xFFFF, in.get(start + 7) & 0xFF, arrivals);
    }

    private static int readSymbols(ByteBuffer in, int start, int end, byte[] symbols) {
        int at = start;
        int filled = 0;
        while (filled < symbols.length) {
            if (at + 2 > end) {
                return -1;
            }
            int chunk = in.getShort(at) & 0xFFFF;
            at += 2;
            if (chunk >>> 15 == 0) {
                int until = Math.min(symbols.length, filled + (chunk & 0x1FFF));
                if (until == filled) {
                    return -1;
                }
                Arrays.fill(symbols, filled, until, (byte) (chunk >>> 13 & 3));
                filled = until;
            } else {
                int bits = (chunk >>> 14 & 1) + 1;
                for (int shift = 14 - bits; shift >= 0 && filled < symbols.length; shift -= bits) {
                    symbols[filled++] = (byte) (chunk >>> shift & (bits == 1 ? 1 : 3));
                }
            }
        }
        return at;
    }
}
