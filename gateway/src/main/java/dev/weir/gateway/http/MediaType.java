package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.Locale;
import java.util.Optional;

/** Media types of WHIP and WHEP, and what a request says it carries. */
final class MediaType {
    static final String SDP = "application/sdp";
    static final String TRICKLE = "application/trickle-ice-sdpfrag";

    static final String JSON = "application/json";

    private MediaType() {}

    /** Returns the type of the body without parameters, in lower case, empty when the request names none. */
    static String of(HttpServerExchange exchange) {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE))
                .orElse("");
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }
}
