package dev.weir.gateway.session;

import dev.weir.webrtc.transport.CloseReason;

/**
 * Lists why sessions end. The {@link #code} is stable: it stands in the log, in events and in {@code GET /streams/{id}}, and
 * people write rules on it.
 */
public enum EndReason {
    /** The client sent DELETE. */
    CLIENT_DELETE("client-delete"),
    /** The peer closed the DTLS connection. */
    DTLS_CLOSE("dtls-close"),
    /** No valid connectivity check came within {@code sessions.connect-timeout}. */
    NEVER_CONNECTED("never-connected"),
    /** Checks came, but the DTLS handshake failed, or did not finish in time. */
    HANDSHAKE_FAILED("handshake-failed"),
    /** The peer's certificate is not the one that its offer announced (RFC 8122 section 6.2). */
    FINGERPRINT_MISMATCH("fingerprint-mismatch"),
    /** A connected publisher sent no media for {@code sessions.stall-timeout}. */
    STALLED("stalled"),
    /** A connected peer gave no sign of life for {@code sessions.timeout} (RFC 7675). */
    CONSENT_LOST("consent-lost"),
    /** The session lived for {@code sessions.max-duration}. */
    TIMED_OUT("timed-out"),
    /** Another publisher took the stream over. */
    SUPERSEDED("superseded"),
    /** The stream of a viewer went away before the viewer was connected. */
    STREAM_ENDED("stream-ended"),
    /** The operator or the application ended it. */
    REQUESTED("requested"),
    /** The gateway is stopping. */
    SHUTDOWN("shutdown"),
    /** The offer was refused after all; nothing ever ran. */
    REFUSED("refused"),
    /** An error of ours; the log has its trace. */
    INTERNAL_ERROR("internal-error");

    private final String code;

    EndReason(String code) {
        this.code = code;
    }

    /** Returns what it means for a session that its transport closed by itself, {@code checked} = a valid connectivity check had come. */
    static EndReason of(CloseReason reason, boolean checked) {
        return switch (reason.kind()) {
            case REQUESTED -> REQUESTED;
            case PEER_CLOSED -> DTLS_CLOSE;
            case CONSENT_EXPIRED -> CONSENT_LOST;
            case NEVER_CONNECTED -> checked ? HANDSHAKE_FAILED : NEVER_CONNECTED;
            case FINGERPRINT_MISMATCH -> FINGERPRINT_MISMATCH;
            case HANDSHAKE_FAILED -> HANDSHAKE_FAILED;
            case FAILED -> INTERNAL_ERROR;
        };
    }

    /** Returns the stable name. */
    public String code() {
        return code;
    }
}
