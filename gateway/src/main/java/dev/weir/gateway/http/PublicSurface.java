package dev.weir.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.Set;

/** Hides what belongs to operators, when that has a listener of its own. */
final class PublicSurface implements HttpHandler {
    private static final Set<String> HIDDEN = Set.of("/", "/metrics");

    private final HttpHandler next;

    PublicSurface(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (HIDDEN.contains(exchange.getRequestPath())) {
            Problem.sendNothingHere(exchange);
        } else {
            next.handleRequest(exchange);
        }
    }
}
