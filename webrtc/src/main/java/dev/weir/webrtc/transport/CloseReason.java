package dev.weir.webrtc.transport;

/** Tells why a transport closed. Closed set; {@link #describe} is fit for a log line and for users. */
public sealed interface CloseReason {
    /** Returns one short clause in English, without secrets. */
    String describe();

    /** Returns which of the cases it is. */
    Kind kind();

    /** Names the cases, for a switch. */
    enum Kind {
        REQUESTED,
        PEER_CLOSED,
        CONSENT_EXPIRED,
        CONSENT_REVOKED,
        NEVER_CONNECTED,
        FINGERPRINT_MISMATCH,
        HANDSHAKE_FAILED,
        FAILED
    }

    /** We were asked to: by DELETE, by the operator, by a policy. */
    record Requested(String why) implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.REQUESTED;
        }

        @Override
        public String describe() {
            return why;
        }
    }

    /** The peer sent close_notify. */
    record PeerClosed() implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.PEER_CLOSED;
        }

        @Override
        public String describe() {
            return "peer closed the connection";
        }
    }

    /** No authenticated check for longer than the consent timeout (RFC 7675). */
    record ConsentExpired() implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.CONSENT_EXPIRED;
        }

        @Override
        public String describe() {
            return "peer vanished (consent expired)";
        }
    }

    /** The peer answered a consent check with an authenticated 403 (RFC 7675 section 5.2). */
    record ConsentRevoked() implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.CONSENT_REVOKED;
        }

        @Override
        public String describe() {
            return "peer took its consent to receive back";
        }
    }

    /** Not connected within the connect timeout. */
    record NeverConnected(TransportState reached) implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.NEVER_CONNECTED;
        }

        @Override
        public String describe() {
            return switch (reached) {
                case NEW, CHECKING, CLOSED -> "never connected (no valid ICE check arrived)";
                case HANDSHAKING, CONNECTED -> "never connected (DTLS handshake did not finish)";
            };
        }
    }

    /** The peer's certificate is not the one that its description announced (RFC 8122 section 6.2). */
    record FingerprintMismatch() implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.FINGERPRINT_MISMATCH;
        }

        @Override
        public String describe() {
            return "peer's certificate does not match the fingerprint of its SDP";
        }
    }

    /** The DTLS handshake failed otherwise. */
    record HandshakeFailed(String detail) implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.HANDSHAKE_FAILED;
        }

        @Override
        public String describe() {
            return "DTLS handshake failed: " + detail;
        }
    }

    /** A bug of ours; the log has its trace. */
    record Failed(String detail) implements CloseReason {
        @Override
        public Kind kind() {
            return Kind.FAILED;
        }

        @Override
        public String describe() {
            return "internal error: " + detail;
        }
    }
}
