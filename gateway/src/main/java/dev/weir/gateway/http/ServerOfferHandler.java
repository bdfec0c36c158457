package dev.weir.gateway.http;

import dev.weir.gateway.session.OfferedSession;
import dev.weir.gateway.session.SessionRefused;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.DateUtils;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers a player that asks for our offer with 406 and that offer (draft-ietf-wish-whep section 4.3.2). Only on demand:
 * players exist that take a 406 for something else.
 */
final class ServerOfferHandler {
    private static final int MAX_OFFER_BYTES = 64 * 1024;
    private static final String PREFERENCE = "whep-offer=server";
    private static final HttpString PREFER = new HttpString("Prefer");
    private static final HttpString PREFERENCE_APPLIED = new HttpString("Preference-Applied");

    private final Sessions sessions;
    private final Announcement announcement;
    private final Duration life;

    ServerOfferHandler(Sessions sessions, Announcement announcement, Duration life) {
        this.sessions = sessions;
        this.announcement = announcement;
        this.life = life;
    }

    /** Returns whether the player asks for our offer, by {@code Prefer} (RFC 7240) or in the query. */
    static boolean isWanted(HttpServerExchange exchange) {
        return prefers(exchange)
                || Optional.ofNullable(exchange.getQueryParameters().get("offer"))
                        .filter(values -> values.contains("server"))
                        .isPresent();
    }

    private static boolean prefers(HttpServerExchange exchange) {
        return Stream.ofNullable(exchange.getRequestHeaders().get(PREFER))
                .flatMap(values -> values.stream())
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(preference -> preference.replaceAll("[\\s\"]", "").toLowerCase(Locale.ROOT))
                .anyMatch(PREFERENCE::equals);
    }

    /** Takes the player's own offer, or nothing at all, as the wish that it is. */
    void post(HttpServerExchange exchange, String streamId) {
        String type = MediaType.of(exchange);
        if (!type.isEmpty() && !type.equals(MediaType.SDP)) {
            Problem.sendWrongType(exchange, type, MediaType.SDP);
            return;
        }
        Body.receive(exchange, MAX_OFFER_BYTES, (received, ignored) -> offer(received, streamId));
    }

    private void offer(HttpServerExchange exchange, String streamId) {
        try {
            OfferedSession offered = sessions.offer(streamId, life, Callers.of(exchange));
            HeaderMap headers = exchange.getResponseHeaders();
            String until = DateUtils.toDateString(Date.from(Instant.now().plus(life)));
            String location = "/session/" + offered.id();
            headers.put(Headers.CONTENT_TYPE, MediaType.SDP + "; valid-until=\"" + until + '"');
            headers.put(Headers.LOCATION, location);
            headers.put(Headers.VARY, "Prefer");
            if (prefers(exchange)) {
                headers.put(PREFERENCE_APPLIED, PREFERENCE);
            }
            announcement.tellSession(exchange, location);
            exchange.setStatusCode(406);
            exchange.getResponseSender().send(offered.offerSdp());
        } catch (SessionRefused e) {
            Refusal.send(exchange, e);
        }
    }
}
