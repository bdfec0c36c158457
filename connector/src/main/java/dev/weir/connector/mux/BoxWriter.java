package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes ISO base media boxes (ISO/IEC 14496-12 section 4.2) into a growing array: big-endian, sizes filled in at the end. */
final class BoxWriter {
    private static final int MAX_DEPTH = 16;

    private byte[] bytes = new byte[2_048];
    private int size;
    private final int[] starts = new int[MAX_DEPTH];
    private int depth;

    BoxWriter start(String type) {
        starts[depth++] = size;
        return u32(0).text(type);
    }

    BoxWriter startFull(String type, int version, int flags) {
        return start(type).u32((long) version << 24 | flags);
    }

    BoxWriter end() {
        int start = starts[--depth];
        patch32(start, size - start);
        return this;
    }

    BoxWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    BoxWriter u16(int value) {
        return u8(value >> 8).u8(value);
    }

    BoxWriter u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    BoxWriter u64(long value) {
        return u32(value >>> 32).u32(value);
    }

    BoxWriter text(String ascii) {
        for (byte b : ascii.getBytes(StandardCharsets.US_ASCII)) {
            u8(b);
        }
        return this;
    }

    BoxWriter zeros(int count) {
        room(count);
        size += count;
        return this;
    }

    BoxWriter put(ByteBuffer source) {
        int length = source.remaining();
        room(length);
        source.get(source.position(), bytes, size, length);
        size += length;
        return this;
    }

    BoxWriter patch32(int position, long value) {
        ByteBuffer.wrap(bytes).putInt(position, (int) value);
        return this;
    }

    int size() {
        return size;
    }

    ByteBuffer written() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void room(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
        }
    }
}
