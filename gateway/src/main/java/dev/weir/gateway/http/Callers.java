package dev.weir.gateway.http;

import dev.weir.gateway.session.Caller;
import io.undertow.server.HttpServerExchange;

/** Knows who makes a request. */
final class Callers {
    private Callers() {}

    static Caller of(HttpServerExchange exchange) {
        return Caller.anonymous(exchange.getSourceAddress().getAddress());
    }
}
