package dev.weir.gateway.http;

import dev.weir.gateway.relay.StreamId;
import dev.weir.gateway.session.Caller;
import dev.weir.gateway.session.CreatedSession;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.SessionRefused;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.List;

/** A WHIP or WHEP endpoint: takes an offer, answers with a session (RFC 9725 section 4.2, draft-ietf-wish-whep). */
final class OfferHandler {
    private static final int MAX_OFFER_BYTES = 64 * 1024;
    private static final int RETRY_WHEN_NOT_LIVE_SECONDS = 2;
    private static final int RETRY_WHEN_FULL_SECONDS = 10;
    private static final HttpString STREAM = new HttpString("Weir-Stream");
    private static final HttpString PREFLIGHT = new HttpString("Access-Control-Request-Method");

    /** Makes the session: {@code Sessions.publish} or {@code Sessions.view}. */
    interface Negotiation {
        CreatedSession negotiate(String streamId, String offerSdp, Caller caller) throws SessionRefused;
    }

    private final Negotiation negotiation;
    private final IceServers iceServers;
    private final List<Extension> extensions;

    /** {@code extensions} are those that every session of this endpoint has. */
    OfferHandler(Negotiation negotiation, IceServers iceServers, List<Extension> extensions) {
        this.negotiation = negotiation;
        this.iceServers = iceServers;
        this.extensions = List.copyOf(extensions);
    }

    /** Tells by its content type that offers are taken here (draft-ietf-wish-whep section 4.2). */
    void get(HttpServerExchange exchange, String streamId) {
        if (isStreamId(exchange, streamId)) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, MediaType.SDP);
            Empty.send(exchange, 200);
        }
    }

    /** Tells the ICE servers, but not to a preflight, which is no wish for them (RFC 9725 section 4.6). On a worker. */
    void options(HttpServerExchange exchange, String streamId) {
        if (isStreamId(exchange, streamId)) {
            if (!exchange.getRequestHeaders().contains(PREFLIGHT)) {
                tellIceServers(exchange);
            }
            Empty.send(exchange, 200);
        }
    }

    void post(HttpServerExchange exchange, String streamId) {
        if (!isStreamId(exchange, streamId)) {
            return;
        }
        String type = MediaType.of(exchange);
        if (!type.equals(MediaType.SDP)) {
            Problem.sendWrongType(exchange, type, MediaType.SDP);
            return;
        }
        Body.receive(exchange, MAX_OFFER_BYTES, (received, offer) -> negotiate(received, streamId, offer));
    }

    private static boolean isStreamId(HttpServerExchange exchange, String streamId) {
        if (StreamId.isValid(streamId)) {
            return true;
        }
        Problem.BAD_STREAM_ID.send(exchange, "The last part of the path is no stream id.");
        return false;
    }

    private void negotiate(HttpServerExchange exchange, String streamId, String offer) {
        try {
            CreatedSession session = negotiation.negotiate(streamId, offer, Callers.of(exchange));
            HeaderMap headers = exchange.getResponseHeaders();
            String location = "/session/" + session.id();
            headers.put(Headers.CONTENT_TYPE, MediaType.SDP);
            headers.put(Headers.LOCATION, location);
            headers.put(Headers.ETAG, session.etag());
            headers.put(STREAM, session.streamId());
            extensions.forEach(extension -> extension.link(location).addTo(exchange));
            tellIceServers(exchange);
            exchange.setStatusCode(201);
            exchange.getResponseSender().send(session.answerSdp());
        } catch (SessionRefused e) {
            refuse(exchange, streamId, e);
        }
    }

    private void tellIceServers(HttpServerExchange exchange) {
        iceServers
                .serversFor(Callers.of(exchange))
                .forEach(server -> Link.of(server).addTo(exchange));
    }

    private static void refuse(HttpServerExchange exchange, String streamId, SessionRefused refused) {
        String detail = String.valueOf(refused.getMessage());
        switch (refused.kind()) {
            case BAD_SDP -> Problem.BAD_SDP.send(exchange, detail);
            case UNSUPPORTED_SDP -> Problem.UNSUPPORTED_SDP.send(exchange, detail);
            case NO_COMMON_CODEC -> Problem.NO_COMMON_CODEC.send(exchange, detail);
            case NO_SUCH_STREAM ->
                Problem.NOT_LIVE.sendRetryAfter(
                        exchange, "Nobody publishes " + streamId + " now.", RETRY_WHEN_NOT_LIVE_SECONDS);
            case ALREADY_PUBLISHED -> Problem.ALREADY_PUBLISHED.send(exchange, detail);
            case TOO_MANY_SESSIONS ->
                Problem.TOO_MANY_SESSIONS.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
            case SHUTTING_DOWN -> Problem.SHUTTING_DOWN.sendRetryAfter(exchange, detail, RETRY_WHEN_FULL_SECONDS);
        }
    }
}
