package dev.weir.gateway.http;

import dev.weir.gateway.session.CreatedSession;
import dev.weir.gateway.session.IfMatch;
import dev.weir.gateway.session.PatchResult;
import dev.weir.gateway.session.SessionRefused;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A session's own resource: trickle and ICE restart by PATCH, end by DELETE (RFC 9725 sections 4.2 and 4.3). */
final class SessionHandler {
    private static final int MAX_FRAGMENT_BYTES = 16 * 1024;
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final Sessions sessions;
    private final Preconditions preconditions;

    SessionHandler(Sessions sessions, Preconditions preconditions) {
        this.sessions = sessions;
        this.preconditions = preconditions;
    }

    void get(HttpServerExchange exchange, String id) {
        if (sessions.find(id, Callers.of(exchange)).isPresent()) {
            Empty.send(exchange, 200);
        } else {
            sendGone(exchange);
        }
    }

    /** An If-Match is no condition here: it belongs to ICE (RFC 9725 section 4.3.1). On a worker. */
    void delete(HttpServerExchange exchange, String id) {
        if (sessions.delete(id, Callers.of(exchange))) {
            Empty.send(exchange, 200);
        } else {
            sendGone(exchange);
        }
    }

    void patch(HttpServerExchange exchange, String id) {
        String type = MediaType.of(exchange);
        if (sessions.find(id, Callers.of(exchange)).isEmpty()) {
            sendGone(exchange);
        } else if (type.equals(MediaType.SDP)) {
            Body.receive(exchange, MAX_ANSWER_BYTES, (received, text) -> answer(received, id, text));
        } else if (sessions.awaitsAnswer(id, Callers.of(exchange))) {
            Problem.sendWrongType(exchange, type, MediaType.SDP);
        } else if (!type.equals(MediaType.TRICKLE)) {
            Problem.sendWrongType(exchange, type, MediaType.TRICKLE);
        } else {
            Body.receive(exchange, MAX_FRAGMENT_BYTES, (received, text) -> patched(received, id, text));
        }
    }

    /** Takes a player's answer to our offer (draft-ietf-wish-whep section 4.3.2). */
    private void answer(HttpServerExchange exchange, String id, String answer) {
        try {
            Optional<CreatedSession> created = sessions.answer(id, answer, Callers.of(exchange));
            if (created.isPresent()) {
                exchange.getResponseHeaders().put(Headers.ETAG, created.get().etag());
                Empty.send(exchange, 204);
            } else {
                Problem.UNEXPECTED_SDP.send(exchange, "The session waits for no SDP.");
            }
        } catch (SessionRefused e) {
            Refusal.send(exchange, e);
        }
    }

    private void patched(HttpServerExchange exchange, String id, String fragment) {
        PatchResult result = sessions.patch(id, fragment, condition(exchange), Callers.of(exchange));
        switch (result.outcome()) {
            case TRICKLED -> Empty.send(exchange, 204);
            case RESTARTED -> {
                exchange.getResponseHeaders().put(Headers.ETAG, result.etag());
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, MediaType.TRICKLE);
                exchange.setStatusCode(200);
                exchange.getResponseSender().send(result.fragment());
            }
            case STALE -> Problem.STALE_ICE_SESSION.send(exchange, result.detail());
            case PRECONDITION_REQUIRED -> Problem.PRECONDITION_REQUIRED.send(exchange, result.detail());
            case BAD_FRAGMENT -> Problem.BAD_FRAGMENT.send(exchange, result.detail());
            case REFUSED -> Problem.ICE_REFUSED.send(exchange, result.detail());
            case NOT_ALLOWED -> Problem.sendMethodNotAllowed(exchange, "GET, HEAD, DELETE, OPTIONS");
            case UNKNOWN -> sendGone(exchange);
        }
    }

    private IfMatch condition(HttpServerExchange exchange) {
        List<String> tags = Stream.ofNullable(exchange.getRequestHeaders().get(Headers.IF_MATCH))
                .flatMap(values -> values.stream())
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
        if (tags.isEmpty()) {
            return switch (preconditions) {
                case STRICT -> IfMatch.MISSING;
                case LENIENT -> IfMatch.WAIVED;
            };
        }
        // Some clients quote the star (RFC 9110 section 13.1.1 does not).
        boolean any = tags.contains("*") || tags.contains("\"*\"");
        return any ? IfMatch.ANY : IfMatch.tags(tags);
    }

    private static void sendGone(HttpServerExchange exchange) {
        Problem.NO_SUCH_SESSION.send(exchange, "There is no such session. It may have ended, or timed out.");
    }
}
