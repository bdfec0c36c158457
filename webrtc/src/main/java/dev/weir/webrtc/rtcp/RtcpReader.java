package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;

/**
 * Reads a compound RTCP packet (RFC 3550 section 6.1, reduced-size by RFC 5506 too) and calls a handler for each thing it
 * says. Never throws on network bytes, and the calls are bounded by the packet's size.
 */
public final class RtcpReader {
    private RtcpReader() {}

    /**
     * Tells whether a datagram in the RTP range (first byte 128 to 191) is RTCP, by its packet type 192 to 223 (RFC 5761
     * section 4).
     */
    public static boolean isRtcp(ByteBuffer datagram) {
        return datagram.remaining() >= 2
                && (datagram.get(datagram.position() + 1) & 0xFF) >= 192
                && (datagram.get(datagram.position() + 1) & 0xFF) <= 223;
    }

    /** Reads all packets of {@code compound}; false when it is malformed, with what came before already reported. */
    public static boolean read(ByteBuffer compound, RtcpHandler handler) {
        throw new UnsupportedOperationException("soon");
    }
}
