package dev.weir.gateway.session;

/** Says why there is no session; nothing was allocated. The message is fit for the user. */
public final class SessionRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** Lists what a client can tell apart. */
    public enum Kind {
        /** The offer does not parse or lacks what a session needs. */
        BAD_SDP,
        /** The offer parses but asks for what is not served: direction, tracks, codecs. */
        UNSUPPORTED_SDP,
        /** The viewer cannot decode the stream. */
        NO_COMMON_CODEC,
        /** Nobody publishes the stream now. */
        NO_SUCH_STREAM,
        /** Somebody else publishes the stream. */
        ALREADY_PUBLISHED,
        /** The limit of sessions is reached; try again later. */
        TOO_MANY_SESSIONS,
        /** Too many sessions have not connected yet; try again later. */
        TOO_MANY_UNCONNECTED,
        /** The client has too many sessions that have not connected yet. */
        TOO_MANY_OF_CLIENT,
        /** The gateway is stopping. */
        SHUTTING_DOWN
    }

    /** Takes the kind and a sentence for the user. */
    public SessionRefused(Kind kind, String detail) {
        super(detail);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
