package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the primitive types of the Avro binary encoding (Avro 1.12 specification) into one growing array. */
final class AvroWriter {
    private byte[] bytes;
    private int size;

    AvroWriter(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    void reset() {
        size = 0;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void raw(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void fingerprint(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            raw((int) (value >>> shift));
        }
    }

    void bool(boolean value) {
        raw(value ? 1 : 0);
    }

    void float32(float value) {
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
            raw(bits >>> shift);
        }
    }

    /** Writes an {@code int} or {@code long}: both are zigzag varints. */
    void number(long value) {
        reserve(10);
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            bytes[size++] = (byte) (zigzag | 0x80);
            zigzag >>>= 7;
        }
        bytes[size++] = (byte) zigzag;
    }

    void text(String value) {
        if (value.isEmpty()) {
            raw(0);
            return;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
    }

    void blob(ByteBuffer value) {
        int length = value.remaining();
        number(length);
        reserve(length);
        value.get(value.position(), bytes, size, length);
        size += length;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
