package dev.weir.gateway.session;

import dev.weir.webrtc.transport.CloseReason;

/**
 * Lists why sessions end. The {@link #code} is stable: it stands in the log, in events and in {@code GET /streams/{id}}, and
 * people write rules on it.
 */
public enum EndReason {
    /** The client sent DELETE. */
    CLIENT_DELETE("client-delete", "the client sent DELETE"),
    /** The peer closed the DTLS connection. */
    DTLS_CLOSE("dtls-close", "the peer closed the connection"),
    /** No valid connectivity check came within {@code sessions.connect-timeout}. */
    NEVER_CONNECTED("never-connected", "no valid connectivity check arrived"),
    /** Checks came, but the DTLS handshake failed, or did not finish in time. */
    HANDSHAKE_FAILED("handshake-failed", "the DTLS handshake failed"),
    /** The peer's certificate is not the one that its offer announced (RFC 8122 section 6.2). */
    FINGERPRINT_MISMATCH("fingerprint-mismatch", "the peer's certificate is not the one that its offer announced"),
    /** A connected publisher sent no media for {@code sessions.stall-timeout}. */
    STALLED("stalled", "the publisher sent no media"),
    /** A connected peer gave no sign of life for {@code sessions.timeout} (RFC 7675). */
    CONSENT_LOST("consent-lost", "the peer gave no sign of life"),
    /** The session lived for {@code sessions.max-duration}. */
    TIMED_OUT("timed-out", "the session reached its greatest age"),
    /** Another publisher took the stream over. */
    SUPERSEDED("superseded", "another publisher took the stream over"),
    /** The stream of a viewer went away before the viewer was connected. */
    STREAM_ENDED("stream-ended", "the stream went away"),
    /** A viewer agreed on other codecs than the stream has now; a new session gets these. */
    CODECS_CHANGED(
            "codecs-changed", "the stream has other codecs than the viewer agreed on; a new session will get them"),
    /** The operator or the application ended it. */
    REQUESTED("requested", "the operator or the application ended it"),
    /** The gateway is stopping. */
    SHUTDOWN("shutdown", "the gateway is stopping"),
    /** The offer was refused after all; nothing ever ran. */
    REFUSED("refused", "the offer was refused"),
    /** An error of ours; the log has its trace. */
    INTERNAL_ERROR("internal-error", "an error of the gateway, see its log");

    private final String code;
    private final String meaning;

    EndReason(String code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Returns what it means for a session that its transport closed by itself, {@code checked} = a valid connectivity check had come. */
    static EndReason of(CloseReason reason, boolean checked) {
        return switch (reason.kind()) {
            case REQUESTED -> REQUESTED;
            case PEER_CLOSED -> DTLS_CLOSE;
            case CONSENT_EXPIRED, CONSENT_REVOKED -> CONSENT_LOST;
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

    /** Returns what it means, as a clause for people. */
    public String meaning() {
        return meaning;
    }
}
