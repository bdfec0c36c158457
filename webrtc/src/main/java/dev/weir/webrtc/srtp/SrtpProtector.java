package dev.weir.webrtc.srtp;

import java.nio.ByteBuffer;

/** Protects outbound packets of one direction in place (RFC 3711, RFC 7714). One thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class SrtpProtector {
    /** Most bytes that a packet grows by: RTCP under GCM, tag and index. Leave this much room behind the limit. */
    public static final int MAX_OVERHEAD = 20;

    /** Keeps no reference to the arrays. */
    public SrtpProtector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Encrypts the payload, appends the tag, moves the limit. Returns the new length, or -1 when the packet is malformed,
     * lacks room, or reuses an index that was protected before (then the packet is untouched and must not be sent).
     */
    public int protectRtp(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }

    /** Protects a compound RTCP packet; else as {@link #protectRtp}. */
    public int protectRtcp(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }
}
