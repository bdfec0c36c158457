package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/** Answers to credentials that are missing or not enough (RFC 6750 section 3). */
final class AccessProblem {
    private static final String CHALLENGE = "Bearer realm=\"weir\"";

    private AccessProblem() {}

    /** Answers with 401; {@code error} is a code of RFC 6750, empty when no credentials came. */
    static void unauthorized(HttpServerExchange exchange, String error, String detail) {
        exchange.getResponseHeaders()
                .put(Headers.WWW_AUTHENTICATE, error.isEmpty() ? CHALLENGE : CHALLENGE + ", error=\"" + error + '"');
        Problem.UNAUTHORIZED.send(exchange, detail);
    }

    /** Answers with 403, naming the grant that is missing. */
    static void forbidden(HttpServerExchange exchange, String scope) {
        exchange.getResponseHeaders()
                .put(Headers.WWW_AUTHENTICATE, CHALLENGE + ", error=\"insufficient_scope\", scope=\"" + scope + '"');
        Problem.FORBIDDEN.send(exchange, "The token does not grant " + scope + ".");
    }
}
