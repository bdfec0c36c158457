package dev.weir.gateway.http;

import dev.weir.gateway.relay.StreamId;
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
    private static final int RETRY_WHEN_NOT_LIVE_SECONDS = 2;
    private static final int RETRY_WHEN_FULL_SECONDS = 10;
    private static final HttpString ACCEPT_POST = new HttpString("Accept-Post");
    private static final HttpString STREAM = new HttpString("Weir-Stream");
    private static final String METHODS = "GET, HEAD, POST, OPTIONS";

    /** Makes the session: {@code Sessions.publish} or {@code Sessions.view}. */
    interface Negotiation {
        CreatedSession negotiate(String streamId, String offerSdp, Caller caller) throws SessionRefused;
    }

    private final Negotiation negotiation;

    OfferHandler(Negotiation negotiation) {
        this.negotiation = negotiation;
    }

    void handle(HttpServerExchange exchange, String streamId) {
        if (!StreamId.isValid(streamId)) {
            Problem.badStreamId().send(exchange);
            return;
        }
        exchange.getResponseHeaders().put(ACCEPT_POST, MediaType.SDP);
        switch (exchange.getRequestMethod().toString()) {
            case "POST" -> post(exchange, streamId);
            case "GET", "HEAD" -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, MediaType.SDP);
                Empty.send(exchange, 200);
            }
            case "OPTIONS" -> {
                exchange.getResponseHeaders().put(Headers.ALLOW, METHODS);
                Empty.send(exchange, 200);
            }
            default -> Problem.sendMethodNotAllowed(exchange, METHODS);
        }
    }

    private void post(HttpServerExchange exchange, String streamId) {
        String type = MediaType.of(exchange);
        if (!type.equals(MediaType.SDP)) {
            Problem.wrongType(type, MediaType.SDP).send(exchange);
            return;
        }
        Body.receive(exchange, MAX_OFFER_BYTES, (received, offer) -> negotiate(received, streamId, offer));
    }

    private void negotiate(HttpServerExchange exchange, String streamId, String offer) {
        try {
            CreatedSession session = negotiation.negotiate(streamId, offer, Callers.of(exchange));
            HeaderMap headers = exchange.getResponseHeaders();
            headers.put(Headers.CONTENT_TYPE, MediaType.SDP);
            headers.put(Headers.LOCATION, "/session/" + session.id());
            headers.put(Headers.ETAG, session.etag());
            headers.put(STREAM, session.streamId());
            exchange.setStatusCode(201);
            exchange.getResponseSender().send(session.answerSdp());
        } catch (SessionRefused e) {
            refuse(exchange, streamId, e);
        }
    }

    private static void refuse(HttpServerExchange exchange, String streamId, SessionRefused refused) {
        String detail = String.valueOf(refused.getMessage());
        switch (refused.kind()) {
            case BAD_SDP -> new Problem(400, "bad-sdp", "The offer is malformed", detail).send(exchange);
            case UNSUPPORTED_SDP ->
                new Problem(422, "unsupported-sdp", "The offer cannot be accepted", detail).send(exchange);
            case NO_COMMON_CODEC -> new Problem(422, "no-common-codec", "No codec in common", detail).send(exchange);
            case NO_SUCH_STREAM ->
                new Problem(409, "not-live", "The stream is not live", "Nobody publishes " + streamId + " now.")
                        .sendRetryAfter(exchange, RETRY_WHEN_NOT_LIVE_SECONDS);
            case ALREADY_PUBLISHED ->
                new Problem(409, "already-published", "The stream has a publisher", detail).send(exchange);
            case TOO_MANY_SESSIONS ->
                new Problem(503, "too-many-sessions", "Too many sessions", detail)
                        .sendRetryAfter(exchange, RETRY_WHEN_FULL_SECONDS);
            case SHUTTING_DOWN ->
                new Problem(503, "shutting-down", "The gateway is stopping", detail)
                        .sendRetryAfter(exchange, RETRY_WHEN_FULL_SECONDS);
        }
    }
}
