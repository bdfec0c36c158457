package dev.weir.gateway.http;

import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.CreatedSession;
import dev.weir.gateway.session.SessionRefused;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/** A WHIP or WHEP endpoint: takes an offer, answers with a session (RFC 9725 section 4.2, draft-ietf-wish-whep). */
final class OfferHandler {
    private static final int MAX_OFFER_BYTES = 64 * 1024;
    private static final HttpString STREAM = new HttpString("Weir-Stream");
    private static final HttpString PREFLIGHT = new HttpString("Access-Control-Request-Method");

    /** Makes the session: {@code Sessions.publish} or {@code Sessions.view}. */
    interface Negotiation {
        CreatedSession negotiate(String streamId, String offerSdp, Caller caller) throws SessionRefused;
    }

    /** Does what else the request says about the new session. */
    interface Afterwards {
        void created(HttpServerExchange exchange, CreatedSession session);
    }

    private final Negotiation negotiation;
    private final Afterwards afterwards;
    private final Announcement announcement;

    OfferHandler(Negotiation negotiation, Afterwards afterwards, Announcement announcement) {
        this.negotiation = negotiation;
        this.afterwards = afterwards;
        this.announcement = announcement;
    }

    /** Tells by its content type that offers are taken here (draft-ietf-wish-whep section 4.2). */
    void get(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, MediaType.SDP);
        Empty.send(exchange, 200);
    }

    /** Tells the ICE servers to who may use them, but not to a preflight, which is no wish for them (RFC 9725 section 4.6). On a worker. */
    void options(HttpServerExchange exchange) {
        boolean mayUse = Need.of("POST", exchange.getRequestPath()).permits(Callers.of(exchange));
        if (mayUse && !exchange.getRequestHeaders().contains(PREFLIGHT)) {
            announcement.tellIceServers(exchange);
        }
        Empty.send(exchange, 200);
    }

    void post(HttpServerExchange exchange, String streamId) {
        String type = MediaType.of(exchange);
        if (!type.equals(MediaType.SDP)) {
            Problem.sendWrongType(exchange, type, MediaType.SDP);
            return;
        }
        Body.receive(exchange, MAX_OFFER_BYTES, (received, offer) -> negotiate(received, streamId, offer));
    }

    private void negotiate(HttpServerExchange exchange, String streamId, String offer) {
        try {
            CreatedSession session = negotiation.negotiate(streamId, offer, Callers.of(exchange));
            afterwards.created(exchange, session);
            HeaderMap headers = exchange.getResponseHeaders();
            String location = "/session/" + session.id();
            headers.put(Headers.CONTENT_TYPE, MediaType.SDP);
            headers.put(Headers.LOCATION, location);
            headers.put(Headers.ETAG, session.etag());
            headers.put(STREAM, session.streamId());
            announcement.tellSession(exchange, location);
            exchange.setStatusCode(201);
            exchange.getResponseSender().send(session.answerSdp());
        } catch (SessionRefused e) {
            Refusal.send(exchange, e);
        }
    }
}
