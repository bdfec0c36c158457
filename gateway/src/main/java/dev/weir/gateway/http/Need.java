package dev.weir.gateway.http;

import dev.weir.gateway.access.Question;
import dev.weir.gateway.relay.StreamId;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.Permission;

/**
 * What a request needs to be allowed.
 *
 * @param kind what has to be looked at
 * @param permission what the caller must be allowed, when the kind asks for it
 * @param streamId on which stream; empty when it is about all or any
 */
record Need(Kind kind, Permission permission, String streamId) {
    private static final Need NOTHING = new Need(Kind.NOTHING, Permission.VIEW, "");
    private static final Need NAME = new Need(Kind.NAME, Permission.VIEW, "");
    private static final Need OWN_SESSION = new Need(Kind.SESSION, Permission.VIEW, "");

    /** Lists how far a caller is looked at. */
    enum Kind {
        /** Not at all. */
        NOTHING,
        /** Who it is, if it says so; everybody gets an answer. */
        NAME,
        /** Who it is, because sessions are shown to their owners only. */
        SESSION,
        /** Whether it is allowed something on one stream. */
        ON_STREAM,
        /** Whether it is allowed something on some stream; the answer shows only those. */
        ON_SOME,
        /** Whether it is allowed something on every stream. */
        ON_ALL
    }

    /** Returns what a request of this method and path needs. */
    static Need of(String method, String path) {
        // As the router does: a slash at the end changes nothing.
        String asked = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        int slash = asked.indexOf('/', 1);
        String first = asked.substring(Math.min(1, asked.length()), slash < 0 ? asked.length() : slash);
        String rest = slash < 0 ? "" : asked.substring(slash + 1);
        return switch (first) {
            case "whip" -> method.equals("POST") ? onStream(Permission.PUBLISH, rest) : NOTHING;
            case "whep" -> method.equals("POST") ? onStream(Permission.VIEW, rest) : NOTHING;
            case "session" -> OWN_SESSION;
            case "streams" ->
                rest.isEmpty() ? new Need(Kind.ON_SOME, Permission.LIST, "") : onStream(Permission.LIST, rest);
            case "metrics" -> new Need(Kind.ON_ALL, Permission.ADMIN, "");
            case "health" -> NAME;
            default -> NOTHING;
        };
    }

    /** An address without a stream gets one by chance, so it needs the permission on all, as what is no stream does. */
    private static Need onStream(Permission permission, String streamId) {
        return StreamId.isValid(streamId)
                ? new Need(Kind.ON_STREAM, permission, streamId)
                : new Need(Kind.ON_ALL, permission, "");
    }

    boolean permits(Caller caller) {
        return switch (kind) {
            case NOTHING, NAME -> true;
            case SESSION -> !caller.isAnonymous() || !caller.grants().isEmpty();
            case ON_STREAM -> caller.may(permission, streamId);
            case ON_SOME -> caller.maySomewhere(permission);
            case ON_ALL -> caller.mayEverywhere(permission);
        };
    }

    Question question() {
        return new Question(kind == Kind.SESSION || kind == Kind.NAME ? "session" : permission.word(), streamId);
    }

    /** Returns the grant that would do, as a challenge names it. */
    String scope() {
        return kind == Kind.SESSION ? "" : permission.word() + ':' + (streamId.isEmpty() ? "*" : streamId);
    }
}
