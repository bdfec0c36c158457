package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Reads bits, most significant first. Past the end it gives zeros and {@link #overrun} turns true. */
final class BitReader {
    private final byte[] bytes;
    private final int bitLength;
    private int bit;
    private boolean overrun;

    private BitReader(byte[] bytes, int length) {
        this.bytes = bytes;
        this.bitLength = 8 * length;
    }

    /** Reads {@code start..limit} of {@code in} as it is. */
    static BitReader of(ByteBuffer in, int start) {
        int length = Math.max(0, in.limit() - start);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = in.get(start + i);
        }
        return new BitReader(bytes, length);
    }

    /** Reads a NAL unit behind its header, without the emulation prevention bytes (H.264 section 7.4.1.1). */
    static BitReader ofNalUnit(ByteBuffer nalUnit, int headerLength) {
        int start = nalUnit.position() + headerLength;
        byte[] bytes = new byte[Math.max(0, nalUnit.limit() - start)];
        int length = 0;
        int zeros = 0;
        for (int at = start; at < nalUnit.limit(); at++) {
            byte octet = nalUnit.get(at);
            if (zeros >= 2 && octet == 3) {
                zeros = 0;
                continue;
            }
            zeros = octet == 0 ? zeros + 1 : 0;
            bytes[length++] = octet;
        }
        return new BitReader(bytes, length);
    }

    boolean overrun() {
        return overrun;
    }

    boolean flag() {
        return bits(1) != 0;
    }

    /** Reads up to 32 bits as an unsigned number. */
    long bits(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | next();
        }
        return value;
    }

    int smallBits(int count) {
        return (int) bits(count);
    }

    void skip(int count) {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    /** Reads an unsigned Exp-Golomb number (H.264 section 9.1); more than 31 leading zeros count as an overrun. */
    long unsignedExpGolomb() {
        int zeros = 0;
        while (!overrun && next() == 0) {
            zeros++;
        }
        if (zeros > 31) {
            overrun = true;
            return 0;
        }
        return (1L << zeros) - 1 + bits(zeros);
    }

    /** Reads a signed Exp-Golomb number (H.264 section 9.1.1). */
    long signedExpGolomb() {
        long code = unsignedExpGolomb();
        return (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
    }

    private int next() {
        if (bit >= bitLength) {
            overrun = true;
            return 0;
        }
        int value = bytes[bit >>> 3] >>> (7 - (bit & 7)) & 1;
        bit++;
        return value;
    }
}
