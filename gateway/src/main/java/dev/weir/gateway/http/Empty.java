package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/** Answers without a body. */
final class Empty {
    private Empty() {}

    static void send(HttpServerExchange exchange, int status) {
        exchange.setStatusCode(status);
        if (status != 204) {
            exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, 0);
        }
        exchange.endExchange();
    }
}
