package dev.weir.webrtc.rtp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a header extension block (RFC 8285) behind a fixed header: {@code begin}, any number of {@code add}, {@code end}.
 * Reusable and free of allocation; not thread-safe. An element that does not suit the one-byte form (id above 14, or 0 or
 * more than 16 bytes) needs a block begun as two-byte.
 */
public final class HeaderExtensionWriter {
    private @Nullable ByteBuffer out;
    private int blockStart;
    private boolean twoByte;

    /**
     * Starts a block at the position of {@code packet}; the fixed header without CSRCs must lie in the 12 bytes before it,
     * and gets its extension bit set.
     */
    public void begin(ByteBuffer packet, boolean twoByteForm) {
        out = packet;
        twoByte = twoByteForm;
        blockStart = packet.position();
        int headerStart = blockStart - RtpHeader.FIXED_LENGTH;
        packet.put(headerStart, (byte) (packet.get(headerStart) | 0x10));
        packet.putShort((short) (twoByteForm ? HeaderExtensions.TWO_BYTE_PROFILE : HeaderExtensions.ONE_BYTE_PROFILE));
        packet.putShort((short) 0);
    }

    /** Adds an element. */
    public void add(int id, byte[] value) {
        ByteBuffer packet = head(id, value.length);
        packet.put(value);
    }

    /** Adds an element of {@code length} bytes of {@code from} from {@code offset} on. */
    public void add(int id, byte[] from, int offset, int length) {
        ByteBuffer packet = head(id, length);
        packet.put(from, offset, length);
    }

    /** Adds an unsigned big-endian element of {@code bytes} bytes, 1 to 8. */
    public void addUnsigned(int id, long value, int bytes) {
        ByteBuffer packet = head(id, bytes);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            packet.put((byte) (value >>> shift));
        }
    }

    /** Pads the block to a multiple of four bytes and fills in its length. */
    public void end() {
        ByteBuffer packet = begun();
        while ((packet.position() - blockStart) % 4 != 0) {
            packet.put((byte) 0);
        }
        packet.putShort(blockStart + 2, (short) ((packet.position() - blockStart) / 4 - 1));
        out = null;
    }

    private ByteBuffer head(int id, int length) {
        ByteBuffer packet = begun();
        if (twoByte) {
            if (id < 1 || id > 255 || length > 255) {
                throw new IllegalArgumentException("header extension id " + id + " with " + length + " bytes");
            }
            packet.put((byte) id).put((byte) length);
        } else {
            if (id < 1 || id > 14 || length < 1 || length > 16) {
                throw new IllegalArgumentException("one-byte header extension id " + id + " with " + length + " bytes");
            }
            packet.put((byte) (id << 4 | (length - 1)));
        }
        return packet;
    }

    private ByteBuffer begun() {
        if (out == null) {
            throw new IllegalStateException("begin() first");
        }
        return out;
    }
}
