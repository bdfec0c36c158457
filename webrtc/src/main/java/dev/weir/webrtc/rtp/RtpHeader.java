package dev.weir.webrtc.rtp;

import java.nio.ByteBuffer;

/**
 * Reads and writes the fixed RTP header (RFC 3550 section 5.1) of a packet that lies between {@code position()} and
 * {@code limit()} of a buffer; readers leave both alone.
 *
 * <p>Except for {@link #isValid}, every reader expects a packet for which {@code isValid} said yes; on another it may
 * throw {@link IndexOutOfBoundsException}.
 */
public final class RtpHeader {
    /** Length in bytes of a header without CSRCs and extensions. */
    public static final int FIXED_LENGTH = 12;

    /** Largest RTP payload, in bytes, that fits every packet we send: 1,200 bytes pass all common paths. */
    public static final int RECOMMENDED_MAX_PAYLOAD = 1_150;

    private static final int VERSION_2 = 2;
    private static final int EXTENSION_HEADER_LENGTH = 4;

    private RtpHeader() {}

    /** Tells whether the packet has version 2 and its CSRCs, extension block and padding fit into it. */
    public static boolean isValid(ByteBuffer packet) {
        int size = packet.remaining();
        if (size < FIXED_LENGTH || (firstByte(packet) >>> 6) != VERSION_2) {
            return false;
        }
        int length = FIXED_LENGTH + 4 * csrcCount(packet);
        if (hasExtension(packet)) {
            if (size < length + EXTENSION_HEADER_LENGTH) {
                return false;
            }
            length += EXTENSION_HEADER_LENGTH + 4 * unsignedShort(packet, length + 2);
        }
        if (size < length) {
            return false;
        }
        if (!hasPadding(packet)) {
            return true;
        }
        int padding = lastByte(packet);
        return padding > 0 && length + padding <= size;
    }

    /** Returns the 7-bit payload type. */
    public static int payloadType(ByteBuffer packet) {
        return packet.get(packet.position() + 1) & 0x7F;
    }

    /** Returns the marker bit. */
    public static boolean marker(ByteBuffer packet) {
        return (packet.get(packet.position() + 1) & 0x80) != 0;
    }

    /** Returns the 16-bit sequence number. */
    public static int sequenceNumber(ByteBuffer packet) {
        return unsignedShort(packet, 2);
    }

    /** Returns the 32-bit timestamp, 0 to 2^32-1, in ticks of the payload's clock. */
    public static long timestamp(ByteBuffer packet) {
        return packet.getInt(packet.position() + 4) & 0xFFFF_FFFFL;
    }

    /** Returns the synchronisation source, raw bits. */
    public static int ssrc(ByteBuffer packet) {
        return packet.getInt(packet.position() + 8);
    }

    /** Returns the number of contributing sources, 0 to 15. */
    public static int csrcCount(ByteBuffer packet) {
        return firstByte(packet) & 0x0F;
    }

    /** Tells whether a header extension block follows the CSRCs. */
    public static boolean hasExtension(ByteBuffer packet) {
        return (firstByte(packet) & 0x10) != 0;
    }

    /** Tells whether the padding bit is set. */
    public static boolean hasPadding(ByteBuffer packet) {
        return (firstByte(packet) & 0x20) != 0;
    }

    /** Returns the bytes before the payload: fixed header, CSRCs and extension block. */
    public static int headerLength(ByteBuffer packet) {
        int length = FIXED_LENGTH + 4 * csrcCount(packet);
        return hasExtension(packet) ? length + EXTENSION_HEADER_LENGTH + 4 * unsignedShort(packet, length + 2) : length;
    }

    /** Returns the bytes of padding at the end, 0 when the padding bit is clear. */
    public static int paddingLength(ByteBuffer packet) {
        return hasPadding(packet) ? lastByte(packet) : 0;
    }

    /** Returns the bytes of payload, without header and padding; 0 for a packet of padding only. */
    public static int payloadLength(ByteBuffer packet) {
        return packet.remaining() - headerLength(packet) - paddingLength(packet);
    }

    /** Returns a view of the payload that shares the packet's bytes; allocates the view. */
    public static ByteBuffer payload(ByteBuffer packet) {
        return packet.slice(packet.position() + headerLength(packet), payloadLength(packet));
    }

    /** Writes a fixed header without padding, extension and CSRCs at the position of {@code out}, which advances by 12. */
    public static void write(
            ByteBuffer out, boolean marker, int payloadType, int sequenceNumber, long timestamp, int ssrc) {
        out.put((byte) (VERSION_2 << 6));
        out.put((byte) ((marker ? 0x80 : 0) | (payloadType & 0x7F)));
        out.putShort((short) sequenceNumber);
        out.putInt((int) timestamp);
        out.putInt(ssrc);
    }

    /** Overwrites the marker bit in place. */
    public static void setMarker(ByteBuffer packet, boolean marker) {
        int at = packet.position() + 1;
        packet.put(at, (byte) ((packet.get(at) & 0x7F) | (marker ? 0x80 : 0)));
    }

    /** Overwrites the payload type in place. */
    public static void setPayloadType(ByteBuffer packet, int payloadType) {
        int at = packet.position() + 1;
        packet.put(at, (byte) ((packet.get(at) & 0x80) | (payloadType & 0x7F)));
    }

    /** Overwrites the sequence number in place with the low 16 bits of {@code sequenceNumber}. */
    public static void setSequenceNumber(ByteBuffer packet, int sequenceNumber) {
        packet.putShort(packet.position() + 2, (short) sequenceNumber);
    }

    /** Overwrites the timestamp in place with the low 32 bits of {@code timestamp}. */
    public static void setTimestamp(ByteBuffer packet, long timestamp) {
        packet.putInt(packet.position() + 4, (int) timestamp);
    }

    /** Overwrites the synchronisation source in place. */
    public static void setSsrc(ByteBuffer packet, int ssrc) {
        packet.putInt(packet.position() + 8, ssrc);
    }

    private static int firstByte(ByteBuffer packet) {
        return packet.get(packet.position()) & 0xFF;
    }

    private static int lastByte(ByteBuffer packet) {
        return packet.get(packet.limit() - 1) & 0xFF;
    }

    private static int unsignedShort(ByteBuffer packet, int offset) {
        return packet.getShort(packet.position() + offset) & 0xFFFF;
    }
}
