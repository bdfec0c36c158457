package dev.weir.gateway.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Locale;

/**
 * Every error that there is, for a person and for a program: {@code application/problem+json} (RFC 9457) with the status, a
 * stable code, what happened this time, and what to do about it.
 */
enum Problem {
    BAD_SDP(
            400,
            "The SDP is malformed",
            "Send the SDP as the client's WebRTC stack wrote it, with every line; the detail names the line that is wrong."),
    BAD_FRAGMENT(
            400,
            "The trickle fragment is malformed",
            "Send a=ice-ufrag, a=ice-pwd and a=candidate lines as RFC 8840 describes, at most 16 KiB."),
    BAD_EVENT_LIST(
            400,
            "Not a list of events",
            "Send a JSON array of names that the Link header told, for example [\"active\",\"inactive\"], or no body for all."),
    BAD_LAYER_CHOICE(
            400,
            "Not a choice of layers",
            "Send a JSON object with mediaId and any of rid, spatialLayerId, temporalLayerId, maxSpatialLayerId,"
                    + " maxTemporalLayerId, maxWidth, maxHeight."),
    UNAUTHORIZED(
            401,
            "A token is needed",
            "Send Authorization: Bearer TOKEN with a token that this gateway knows and that has not ended."),
    FORBIDDEN(403, "Not permitted", "Use a token that grants what the detail names."),
    NOT_FOUND(404, "Nothing here", "See /docs for the addresses that exist."),
    BAD_STREAM_ID(
            404,
            "Not a stream id",
            "Use 1 to 128 letters, digits or the signs . _ ~ - for the stream, without a slash."),
    NO_SUCH_STREAM(404, "No such stream", "See /streams for what is live."),
    NO_SUCH_SESSION(
            404,
            "No such session",
            "It ended, timed out, or belongs to somebody else. Make a new one with a POST to the endpoint."),
    NO_SUCH_EVENTS(
            404,
            "No such stream of events",
            "It was deleted or its session ended. POST to the session's events again."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "Use one of the methods that the Allow header names."),
    NOT_LIVE(
            409,
            "The stream is not live",
            "Begin to publish it, or ask again after the seconds that Retry-After names."),
    ALREADY_PUBLISHED(
            409,
            "The stream has a publisher",
            "Publish under another stream id, end the other publisher, or allow it to be replaced (sessions.takeover)."),
    STALE_ICE_SESSION(
            412,
            "Stale ICE session",
            "ICE was restarted since. Use the ETag of the latest answer to a POST or a PATCH."),
    BODY_TOO_LARGE(413, "Body too large", "Send less: an offer may have 64 KiB, a trickle fragment 16 KiB."),
    WRONG_CONTENT_TYPE(
            415, "Unsupported media type", "Set Content-Type to the type that Accept-Post or Accept-Patch names."),
    UNSUPPORTED_SDP(
            422,
            "The SDP cannot be accepted",
            "Offer at most one audio and one video m-line, bundled, with rtcp-mux, in the direction of the endpoint."),
    NO_COMMON_CODEC(
            422,
            "No codec in common",
            "Publish in a codec that the player decodes, or use a player for the codec that is published."),
    NO_SUCH_LAYER(422, "No such layer", "Choose among what the layers event told last, or let the gateway choose."),
    UNEXPECTED_SDP(422, "Unexpected SDP", "A session is not renegotiated. Make a new one and end this one."),
    ICE_REFUSED(422, "Not done, and the session goes on", "Go on with the session as it is, or make a new one."),
    PRECONDITION_REQUIRED(
            428,
            "Precondition required",
            "Send If-Match with the session's ETag, or allow a PATCH without (whip.preconditions: lenient)."),
    TOO_MANY_REQUESTS(
            429,
            "Too many requests",
            "Ask again after the seconds that Retry-After names, or raise limits.… on the server."),
    INTERNAL(500, "Internal error", "Try again; if it stays, the gateway's log tells more at the time of this answer."),
    TOKEN_NOT_CHECKED(
            503,
            "The token cannot be checked now",
            "Ask again after the seconds that Retry-After names; the server's log says what cannot be reached."),
    TOO_MANY_SESSIONS(
            503,
            "Too many sessions",
            "Ask again after the seconds that Retry-After names, or raise sessions.max on the server."),
    TOO_MANY_UNCONNECTED(
            503,
            "Too many sessions are connecting",
            "Ask again after the seconds that Retry-After names, or raise sessions.max-unconnected on the server."),
    SHUTTING_DOWN(503, "The gateway is stopping", "Ask again after the seconds that Retry-After names.");

    private static final HttpString RETRY_AFTER = new HttpString("Retry-After");

    private final int status;
    private final String title;
    private final String fix;

    Problem(int status, String title, String fix) {
        this.status = status;
        this.title = title;
        this.fix = fix;
    }

    @JsonPropertyOrder({"type", "title", "status", "code", "detail", "fix", "instance"})
    private record Body(
            String type, String title, int status, String code, String detail, String fix, String instance) {}

    /** Returns the HTTP status. */
    int status() {
        return status;
    }

    /** Returns the stable word for programs, for example {@code no-common-codec}. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    String fix() {
        return fix;
    }

    /** Sends this problem and ends the exchange; {@code detail} says what happened this time. */
    void send(HttpServerExchange exchange, String detail) {
        Json.send(
                exchange,
                status,
                "application/problem+json",
                new Body("urn:weir:problem:" + code(), title, status, code(), detail, fix, instance(exchange)));
    }

    /** A session's URL is a capability, and an answer about one says nothing that tells it from another. */
    private static String instance(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        return path.startsWith("/session/") ? "/session" : path;
    }

    /** Sends this problem with the time, in seconds, after which another try makes sense. */
    void sendRetryAfter(HttpServerExchange exchange, String detail, int seconds) {
        exchange.getResponseHeaders().put(RETRY_AFTER, seconds);
        send(exchange, detail);
    }

    /** Sends {@link #NOT_FOUND} for an address that no resource has. */
    static void sendNothingHere(HttpServerExchange exchange) {
        NOT_FOUND.send(exchange, "There is nothing at this address.");
    }

    /** Sends {@link #METHOD_NOT_ALLOWED} with the methods that the resource has. */
    static void sendMethodNotAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        METHOD_NOT_ALLOWED.send(
                exchange, exchange.getRequestMethod() + " does nothing here; possible are " + allowed + ".");
    }

    /** Sends {@link #WRONG_CONTENT_TYPE}; {@code found} is empty when the request names no type. */
    static void sendWrongType(HttpServerExchange exchange, String found, String wanted) {
        WRONG_CONTENT_TYPE.send(
                exchange,
                "The body must be " + wanted
                        + (found.isEmpty() ? ", and Content-Type is missing." : ", not " + found + "."));
    }
}
