package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Reads the variable-length sizes of AV1 (AV1 specification section 4.10.5). */
final class Leb128 {
    private static final int MAX_BYTES = 8;

    private Leb128() {}

    /** Returns {@code value << 8 | bytes used}, -1 when malformed, cut off, or above 2^31-1. */
    static long read(ByteBuffer in, int start, int end) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (start + i >= end) {
                return -1;
            }
            int octet = in.get(start + i);
            value |= (long) (octet & 0x7F) << (7 * i);
            if (octet >= 0) {
                return value > Integer.MAX_VALUE ? -1 : value << 8 | (i + 1);
            }
        }
        return -1;
    }

    static int value(long read) {
        return (int) (read >>> 8);
    }

    static int length(long read) {
        return (int) (read & 0xFF);
    }
}
