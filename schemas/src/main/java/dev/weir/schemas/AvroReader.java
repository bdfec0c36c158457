package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the primitive types of the Avro binary encoding. Every length is checked against the bytes that are left
 * before anything is allocated.
 */
final class AvroReader {
    private final byte[] bytes;
    private final int limit;
    private int position;

    AvroReader(byte[] bytes, int position, int limit) {
        this.bytes = bytes;
        this.position = position;
        this.limit = limit;
    }

    int remaining() {
        return limit - position;
    }

    int raw() throws MalformedRecordException {
        if (position >= limit) {
            throw new MalformedRecordException("record ends early, at byte " + position);
        }
        return bytes[position++] & 0xFF;
    }

    long fingerprint() throws MalformedRecordException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (long) raw() << shift;
        }
        return value;
    }

    float float32() throws MalformedRecordException {
        int bits = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            bits |= raw() << shift;
        }
        return Float.intBitsToFloat(bits);
    }

    boolean bool() throws MalformedRecordException {
        int value = raw();
        if (value > 1) {
            throw new MalformedRecordException("not a boolean: " + value);
        }
        return value == 1;
    }

    long longNumber() throws MalformedRecordException {
        long zigzag = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = raw();
            if (shift == 63 && next > 1) {
                break;
            }
            zigzag |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new MalformedRecordException("number longer than 64 bits at byte " + position);
    }

    int intNumber() throws MalformedRecordException {
        long value = longNumber();
        if (value != (int) value) {
            throw new MalformedRecordException("number does not fit 32 bits: " + value);
        }
        return (int) value;
    }

    String text() throws MalformedRecordException {
        int length = length();
        if (length == 0) {
            return "";
        }
        int start = position;
        position += length;
        for (int i = start; i < position; i++) {
            if (bytes[i] < 0) {
                return nonAscii(start, length);
            }
        }
        return new String(bytes, start, length, StandardCharsets.US_ASCII);
    }

    /** Returns a read-only view. */
    ByteBuffer blob() throws MalformedRecordException {
        int length = length();
        ByteBuffer view = ByteBuffer.wrap(bytes, position, length).slice().asReadOnlyBuffer();
        position += length;
        return view;
    }

    /** Reads the item count of an array block; 0 ends the array. Each item takes at least one byte. */
    int blockCount() throws MalformedRecordException {
        long count = longNumber();
        if (count < 0) {
            longNumber(); // size of the block in bytes, for readers that skip it
            count = -count;
        }
        if (count < 0 || count > remaining()) {
            throw new MalformedRecordException("array of " + count + " items in " + remaining() + " bytes");
        }
        return (int) count;
    }

    private int length() throws MalformedRecordException {
        long length = longNumber();
        if (length < 0 || length > remaining()) {
            throw new MalformedRecordException("length " + length + " exceeds the " + remaining() + " bytes left");
        }
        return (int) length;
    }

    private String nonAscii(int start, int length) throws MalformedRecordException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRecordException("text is not UTF-8 at byte " + start, e);
        }
    }
}
