package dev.weir.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.gateway.session.EventStream;
import dev.weir.gateway.session.EventType;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Server-sent events for viewers (the WHEP events extension): a POST below the session makes a stream, whose own address is
 * a capability, because a browser's {@code EventSource} sends no Authorization.
 */
final class EventsHandler {
    static final String RELATION = "urn:ietf:params:whep:ext:core:server-sent-events";

    private static final int MAX_LIST_BYTES = 1_024;
    private static final HttpString BUFFERING = new HttpString("X-Accel-Buffering");

    private final Sessions sessions;

    EventsHandler(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Returns the names of all events, as the {@code Link} tells them. */
    static String types() {
        return Arrays.stream(EventType.values()).map(EventType::word).collect(Collectors.joining(","));
    }

    void post(HttpServerExchange exchange, String session) {
        Body.receive(exchange, MAX_LIST_BYTES, (received, text) -> open(received, session, text));
    }

    private void open(HttpServerExchange exchange, String session, String text) {
        String type = MediaType.of(exchange);
        if (!text.isBlank() && !type.equals(MediaType.JSON)) {
            Problem.sendWrongType(exchange, type, MediaType.JSON);
            return;
        }
        Set<EventType> types;
        try {
            types = text.isBlank() ? EnumSet.allOf(EventType.class) : parse(text);
        } catch (IllegalArgumentException e) {
            Problem.BAD_EVENT_LIST.send(exchange, String.valueOf(e.getMessage()));
            return;
        }
        Optional<EventStream> opened = sessions.openEvents(session, types, Callers.of(exchange));
        if (opened.isEmpty()) {
            Problem.NO_SUCH_SESSION.send(exchange, "There is no such viewer's session. It may have ended.");
            return;
        }
        exchange.getResponseHeaders()
                .put(Headers.LOCATION, "/events/" + opened.get().id());
        Empty.send(exchange, 201);
    }

    private static Set<EventType> parse(String text) {
        JsonNode list;
        try {
            list = Json.read(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The body is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!list.isArray() || list.isEmpty()) {
            throw new IllegalArgumentException("The body must be a JSON array with at least one name.");
        }
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        for (JsonNode name : list) {
            types.add(EventType.of(name.asText())
                    .orElseThrow(
                            () -> new IllegalArgumentException("There is no such event; there are " + types() + ".")));
        }
        return types;
    }

    /** Streams the events. On the I/O thread; holds none while nothing happens. */
    void get(HttpServerExchange exchange, String id) throws Exception {
        Optional<EventStream> found = sessions.eventStream(id);
        if (found.isEmpty()) {
            sendGone(exchange);
            return;
        }
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store").put(BUFFERING, "no");
        if (exchange.getRequestMethod().equalToString("HEAD")) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/event-stream");
            Empty.send(exchange, 200);
            return;
        }
        Guard.lift(exchange);
        new ServerSentEventHandler((connection, lastEventId) ->
                        new EventWriter(connection, found.get(), exchange.getIoThread()).start())
                .handleRequest(exchange);
    }

    void delete(HttpServerExchange exchange, String id) {
        if (sessions.closeEvents(id)) {
            Empty.send(exchange, 200);
        } else {
            sendGone(exchange);
        }
    }

    private static void sendGone(HttpServerExchange exchange) {
        Problem.NO_SUCH_EVENTS.send(exchange, "There is no such stream of events.");
    }
}
