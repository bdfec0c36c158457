package dev.weir.gateway.http;

import dev.weir.gateway.session.IfMatch;
import dev.weir.gateway.session.PatchResult;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.List;
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
        } else {
            Body.receive(exchange, MAX_FRAGMENT_BYTES, (received, text) -> patched(received, id, text));
        }
    }

    /** Takes a missing If-Match too: players after medooze's pattern send none. */
    private static IfMatch condition(HttpServerExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst(Headers.IF_MATCH);
        if (header == null) {
            return IfMatch.WAIVED;
        }
        boolean any = header.strip().equals("*") || header.strip().equals("\"*\"");
        return any ? IfMatch.ANY : IfMatch.tags(List.of(header.strip()));
    }

    private void patched(HttpServerExchange exchange, String id, String fragment) {
        PatchResult result = sessions.patch(id, fragment, condition(exchange), Callers.of(exchange));
        String detail = result.detail();
        switch (result.outcome()) {
            case TRICKLED -> Empty.send(exchange, 204);
            case RESTARTED -> {
                exchange.getResponseHeaders().put(Headers.ETAG, result.etag());
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, MediaType.TRICKLE);
                exchange.setStatusCode(200);
                exchange.getResponseSender().send(result.fragment());
            }
            case STALE -> new Problem(412, "stale-ice-session", "Stale ICE session", detail).send(exchange);
            case PRECONDITION_REQUIRED ->
                new Problem(428, "precondition-required", "Precondition required", detail).send(exchange);
            case BAD_FRAGMENT ->
                new Problem(400, "bad-fragment", "The trickle fragment is malformed", detail).send(exchange);
            case REFUSED -> new Problem(422, "ice-refused", "Not done, the session goes on", detail).send(exchange);
            case NOT_ALLOWED -> Problem.sendMethodNotAllowed(exchange, METHODS);
            case UNKNOWN -> GONE.send(exchange);
        }
    }
}
