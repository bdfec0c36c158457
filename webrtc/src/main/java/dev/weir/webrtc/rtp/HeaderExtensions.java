package dev.weir.webrtc.rtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds elements in the header extension block of a packet, one-byte and two-byte forms (RFC 8285 section 4). Packets must
 * be valid by {@link RtpHeader#isValid}; a malformed block simply has no element.
 */
public final class HeaderExtensions {
    /** URI of the media identification (RFC 9143). */
    public static final String MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /** URI of the RTP stream id of a simulcast layer (RFC 8852). */
    public static final String RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /** URI of the stream id that a repair (RTX) stream repairs (RFC 8852). */
    public static final String REPAIRED_RID_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /** URI of the transport-wide sequence number. */
    public static final String TRANSPORT_SEQUENCE_URI =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /** URI of the absolute send time. */
    public static final String ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /** URI of the client-to-mixer audio level (RFC 6464). */
    public static final String AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    static final int ONE_BYTE_PROFILE = 0xBEDE;
    static final int TWO_BYTE_PROFILE = 0x1000;

    private HeaderExtensions() {}

    /** Returns {@code offset << 8 | length} of the element, the offset relative to {@code position()}; -1 when absent. */
    public static int find(ByteBuffer packet, int id) {
        if (!RtpHeader.hasExtension(packet)) {
            return -1;
        }
        return find(packet, packet.position() + RtpHeader.FIXED_LENGTH + 4 * RtpHeader.csrcCount(packet), id);
    }

    /**
     * Looks into a header extension block alone, from its profile field on; otherwise like {@link #find}. A block that is
     * cut off has no element.
     */
    public static int findInBlock(ByteBuffer block, int id) {
        int length = block.remaining();
        boolean whole = length >= 4 && length >= 4 + 4 * (block.getShort(block.position() + 2) & 0xFFFF);
        return whole ? find(block, block.position(), id) : -1;
    }

    private static int find(ByteBuffer packet, int block, int id) {
        int profile = packet.getShort(block) & 0xFFFF;
        int start = block + 4;
        int end = start + 4 * (packet.getShort(block + 2) & 0xFFFF);
        if (profile == ONE_BYTE_PROFILE) {
            return findOneByte(packet, id, start, end);
        }
        return (profile & 0xFFF0) == TWO_BYTE_PROFILE ? findTwoByte(packet, id, start, end) : -1;
    }

    /** Returns the element as UTF-8 text (MID, RID), empty when absent; allocates. */
    public static Optional<String> text(ByteBuffer packet, int id) {
        int found = find(packet, id);
        if (found < 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[length(found)];
        packet.get(packet.position() + offset(found), bytes);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Returns the element as an unsigned big-endian number of at most 7 bytes, -1 when absent, empty or longer. */
    public static long unsigned(ByteBuffer packet, int id) {
        int found = find(packet, id);
        if (found < 0 || length(found) == 0 || length(found) > 7) {
            return -1;
        }
        int at = packet.position() + offset(found);
        long value = 0;
        for (int i = 0; i < length(found); i++) {
            value = value << 8 | (packet.get(at + i) & 0xFF);
        }
        return value;
    }

    /** Returns the offset part of a {@link #find} result, relative to the packet's position. */
    public static int offset(int found) {
        return found >>> 8;
    }

    /** Returns the length part of a {@link #find} result, in bytes. */
    public static int length(int found) {
        return found & 0xFF;
    }

    private static int findOneByte(ByteBuffer packet, int id, int start, int end) {
        int at = start;
        while (at < end) {
            int head = packet.get(at) & 0xFF;
            int elementId = head >>> 4;
            if (head == 0) {
                at++;
            } else if (elementId == 15) {
                return -1;
            } else {
                int length = (head & 0x0F) + 1;
                if (at + 1 + length > end) {
                    return -1;
                }
                if (elementId == id && id != 0) {
                    return found(packet, at + 1, length);
                }
                at += 1 + length;
            }
        }
        return -1;
    }

    private static int findTwoByte(ByteBuffer packet, int id, int start, int end) {
        int at = start;
        while (at < end) {
            int elementId = packet.get(at) & 0xFF;
            if (elementId == 0) {
                at++;
                continue;
            }
            if (at + 2 > end) {
                return -1;
            }
            int length = packet.get(at + 1) & 0xFF;
            if (at + 2 + length > end) {
                return -1;
            }
            if (elementId == id) {
                return found(packet, at + 2, length);
            }
            at += 2 + length;
        }
        return -1;
    }

    private static int found(ByteBuffer packet, int at, int length) {
        return (at - packet.position()) << 8 | length;
    }
}
