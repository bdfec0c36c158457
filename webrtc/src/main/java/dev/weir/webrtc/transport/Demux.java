package dev.weir.webrtc.transport;

import java.nio.ByteBuffer;

/** Tells the protocols on one 5-tuple apart by their first bytes (RFC 7983, RFC 5761 section 4). */
enum Demux {
    STUN,
    DTLS,
    RTP,
    RTCP,
    /** ZRTP, TURN channels, noise. */
    OTHER;

    private static final int MINIMUM_LENGTH = 12;

    static Demux of(ByteBuffer datagram) {
        if (datagram.remaining() < MINIMUM_LENGTH) {
            return OTHER;
        }
        int first = datagram.get(datagram.position()) & 0xFF;
        if (first < 4) {
            return STUN;
        }
        if (first >= 128 && first < 192) {
            int second = datagram.get(datagram.position() + 1) & 0xFF;
            return second >= 192 && second < 224 ? RTCP : RTP;
        }
        return first >= 20 && first < 64 ? DTLS : OTHER;
    }
}
