package dev.weir.webrtc.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what SRTP must know of a packet before it is authenticated; bounds are checked here and nowhere else. */
final class RtpShape {
    /** Reads and writes 8 bytes in network order. */
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static final int FIXED_HEADER_LENGTH = 12;
    /** First RTCP header and the sender's SSRC stay in the clear (RFC 3711 section 3.4). */
    static final int RTCP_CLEAR_LENGTH = 8;

    private RtpShape() {}

    /** Returns the length of the RTP header with CSRCs and extension, or -1 when it is malformed. */
    static int headerLength(byte[] packet, int offset, int length) {
        if (length < FIXED_HEADER_LENGTH || (packet[offset] & 0xC0) != 0x80) {
            return -1;
        }
        int header = FIXED_HEADER_LENGTH + 4 * (packet[offset] & 0x0F);
        if ((packet[offset] & 0x10) != 0) {
            if (length < header + 4) {
                return -1;
            }
            header += 4 + 4 * uint16(packet, offset + header + 2);
        }
        return header <= length ? header : -1;
    }

    static boolean isRtcp(byte[] packet, int offset, int length) {
        return length >= RTCP_CLEAR_LENGTH && (packet[offset] & 0xC0) == 0x80;
    }

    static int uint16(byte[] bytes, int offset) {
        return (bytes[offset] & 0xFF) << 8 | (bytes[offset + 1] & 0xFF);
    }

    static int int32(byte[] bytes, int offset) {
        return uint16(bytes, offset) << 16 | uint16(bytes, offset + 2);
    }

    static void putInt32(byte[] bytes, int offset, int value) {
        bytes[offset] = (byte) (value >>> 24);
        bytes[offset + 1] = (byte) (value >>> 16);
        bytes[offset + 2] = (byte) (value >>> 8);
        bytes[offset + 3] = (byte) value;
    }
}
