package dev.weir.webrtc.dtls;

/**
 * Tells why a connection failed.
 *
 * @param detail short clause in English, without secrets
 */
public record DtlsFailure(Kind kind, String detail) {
    /** Lists what a caller tells apart. */
    public enum Kind {
        /** The peer's certificate is not the announced one, or it sent none. */
        FINGERPRINT_MISMATCH,
        /** Anything else: no common parameters, alert from the peer, timeout, too many handshakes. */
        HANDSHAKE
    }
}
