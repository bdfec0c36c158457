package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Grows a frame byte by byte up to a bound; beyond it, bytes are dropped and {@link #overflowed} tells. */
final class FrameBuffer {
    static final int MAX_FRAME_LENGTH = 32 << 20;
    private static final int FIRST_CAPACITY = 4_096;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;
    private boolean overflowed;

    int length() {
        return length;
    }

    boolean overflowed() {
        return overflowed;
    }

    void clear() {
        length = 0;
        overflowed = false;
    }

    void putByte(int value) {
        if (reserve(1)) {
            bytes[length++] = (byte) value;
        }
    }

    void putInt(int value) {
        if (reserve(4)) {
            length += 4;
            setInt(length - 4, value);
        }
    }

    void setInt(int at, int value) {
        if (at + 4 <= length) {
            ByteBuffer.wrap(bytes).putInt(at, value);
        }
    }

    void put(ByteBuffer source, int from, int count) {
        if (reserve(count)) {
            source.get(from, bytes, length, count);
            length += count;
        }
    }

    void put(FrameBuffer source, int from, int count) {
        if (reserve(count)) {
            System.arraycopy(source.bytes, from, bytes, length, count);
            length += count;
        }
    }

    int get(int at) {
        return bytes[at] & 0xFF;
    }

    void truncate(int newLength) {
        length = newLength;
    }

    /** Returns the bytes as a view that the next write may change. */
    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Returns a read-only copy of the bytes. */
    ByteBuffer copy() {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, length)).asReadOnlyBuffer();
    }

    private boolean reserve(int count) {
        if (count > MAX_FRAME_LENGTH - length) {
            overflowed = true;
            return false;
        }
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(MAX_FRAME_LENGTH, Math.max(length + count, 2 * bytes.length)));
        }
        return true;
    }
}
