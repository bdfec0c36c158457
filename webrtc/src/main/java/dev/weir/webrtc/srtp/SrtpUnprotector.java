package dev.weir.webrtc.srtp;

import java.nio.ByteBuffer;

/** Authenticates and decrypts inbound packets of one direction in place (RFC 3711, RFC 7714). One thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class SrtpUnprotector {
    /** Keeps no reference to the arrays. */
    public SrtpUnprotector(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        throw new UnsupportedOperationException("soon");
    }

    /** On {@link UnprotectResult#OK} the packet is plain and the limit moved back; else its content is undefined. */
    public UnprotectResult unprotectRtp(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }

    /** As {@link #unprotectRtp}, for a compound RTCP packet. */
    public UnprotectResult unprotectRtcp(ByteBuffer packet) {
        throw new UnsupportedOperationException("soon");
    }
}
