package dev.weir.gateway.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/**
 * An error for a person and for a program, {@code application/problem+json} (RFC 9457).
 *
 * @param status HTTP status
 * @param code stable word for programs, for example {@code no-common-codec}
 * @param title what kind of error, always the same for a code
 * @param detail what happened this time and, where we know, what to do
 */
record Problem(int status, String code, String title, String detail) {
    private static final HttpString RETRY_AFTER = new HttpString("Retry-After");

    @JsonPropertyOrder({"type", "title", "status", "code", "detail", "instance"})
    private record Body(String type, String title, int status, String code, String detail, String instance) {}

    static Problem notFound(String detail) {
        return new Problem(404, "not-found", "Not found", detail);
    }

    static Problem badStreamId() {
        String detail = "A stream id has 1 to 128 letters, digits or the signs . _ ~ - and no slash.";
        return new Problem(404, "bad-stream-id", "Not a stream id", detail);
    }

    static Problem wrongType(String found, String wanted) {
        String detail = "The body must be " + wanted
                + (found.isEmpty() ? ", and Content-Type is missing." : ", not " + found + ".");
        return new Problem(415, "wrong-content-type", "Unsupported media type", detail);
    }

    static Problem tooLarge(int maximum) {
        String detail = "The body may have " + maximum + " bytes.";
        return new Problem(413, "body-too-large", "Body too large", detail);
    }

    static Problem internal() {
        String detail = "The gateway failed on this request. Its log tells more.";
        return new Problem(500, "internal", "Internal error", detail);
    }

    /** Sends this problem and ends the exchange. */
    void send(HttpServerExchange exchange) {
        Json.send(
                exchange,
                status,
                "application/problem+json",
                new Body("urn:weir:problem:" + code, title, status, code, detail, exchange.getRequestPath()));
    }

    /** Sends this problem with the time, in seconds, after which another try makes sense. */
    void sendRetryAfter(HttpServerExchange exchange, int seconds) {
        exchange.getResponseHeaders().put(RETRY_AFTER, seconds);
        send(exchange);
    }

    /** Sends this problem for a method that the resource lacks. */
    static void sendMethodNotAllowed(HttpServerExchange exchange, String allowed) {
        exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        String detail = exchange.getRequestMethod() + " does nothing here; possible are " + allowed + ".";
        new Problem(405, "method-not-allowed", "Method not allowed", detail).send(exchange);
    }
}
