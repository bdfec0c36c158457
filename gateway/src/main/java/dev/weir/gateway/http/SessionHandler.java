package dev.weir.gateway.http;

import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Optional;

/** A session's own resource: trickle by PATCH, end by DELETE (RFC 9725 sections 4.2 and 4.3). */
final class SessionHandler {
    private static final int MAX_FRAGMENT_BYTES = 16 * 1024;
    private static final HttpString ACCEPT_PATCH = new HttpString("Accept-Patch");
    private static final HttpString ACCEPT_POST = new HttpString("Accept-Post");
    private static final String METHODS = "GET, HEAD, PATCH, DELETE, OPTIONS";
    private static final Problem GONE = Problem.notFound("There is no such session. It may have ended, or timed out.");

    private final Sessions sessions;

    SessionHandler(Sessions sessions) {
        this.sessions = sessions;
    }

    void handle(HttpServerExchange exchange, String id) {
        exchange.getResponseHeaders().put(ACCEPT_PATCH, MediaType.TRICKLE);
        switch (exchange.getRequestMethod().toString()) {
            case "PATCH" -> patch(exchange, id);
            case "DELETE" -> Guard.onWorker(exchange, worker -> delete(worker, id));
            case "GET", "HEAD" -> {
                if (sessions.find(id, Callers.of(exchange)).isPresent()) {
                    Empty.send(exchange, 200);
                } else {
                    GONE.send(exchange);
                }
            }
            case "OPTIONS" -> {
                exchange.getResponseHeaders().put(Headers.ALLOW, METHODS);
                exchange.getResponseHeaders().put(ACCEPT_POST, MediaType.SDP);
                Empty.send(exchange, 200);
            }
            default -> Problem.sendMethodNotAllowed(exchange, METHODS);
        }
    }

    /** An If-Match is no condition here: it belongs to ICE (RFC 9725 section 4.3.1). */
    private void delete(HttpServerExchange exchange, String id) {
        if (sessions.delete(id, Callers.of(exchange))) {
            Empty.send(exchange, 200);
        } else {
            GONE.send(exchange);
        }
    }

    private void patch(HttpServerExchange exchange, String id) {
        Optional<String> etag = sessions.etag(id, Callers.of(exchange));
        String type = MediaType.of(exchange);
        if (etag.isEmpty()) {
            GONE.send(exchange);
        } else if (type.equals(MediaType.SDP)) {
            String detail = "The session expects no SDP; it is not renegotiated. Make a new session instead.";
            new Problem(422, "unexpected-sdp", "Unexpected SDP", detail).send(exchange);
        } else if (!type.equals(MediaType.TRICKLE)) {
            Problem.wrongType(type, MediaType.TRICKLE).send(exchange);
        } else if (!matches(exchange, etag.get())) {
            String detail = "If-Match names another ICE session than the present one, which is " + etag.get() + ".";
            new Problem(412, "stale-ice-session", "Stale ICE session", detail).send(exchange);
        } else {
            Body.receive(exchange, MAX_FRAGMENT_BYTES, (received, text) -> trickle(received, id, text));
        }
    }

    /** Takes a missing If-Match too: players after medooze's pattern send none, and the credentials still must match. */
    private static boolean matches(HttpServerExchange exchange, String etag) {
        String condition = exchange.getRequestHeaders().getFirst(Headers.IF_MATCH);
        return condition == null || condition.equals("*") || condition.equals("\"*\"") || condition.equals(etag);
    }

    private void trickle(HttpServerExchange exchange, String id, String fragment) {
        switch (sessions.trickle(id, fragment, Callers.of(exchange))) {
            case ACCEPTED -> Empty.send(exchange, 204);
            case NO_SUCH_SESSION -> GONE.send(exchange);
            case BAD_FRAGMENT ->
                new Problem(
                                400,
                                "bad-fragment",
                                "The trickle fragment is malformed",
                                "Neither a candidate line nor credentials could be read from it (RFC 8840).")
                        .send(exchange);
            case RESTART_UNSUPPORTED ->
                new Problem(
                                422,
                                "no-ice-restart",
                                "ICE restart is not supported",
                                "The fragment has other ICE credentials than the offer. Make a new session instead.")
                        .send(exchange);
        }
    }
}
