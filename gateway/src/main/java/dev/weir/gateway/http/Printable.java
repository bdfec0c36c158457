package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;

/** What of a request may go into the log. */
final class Printable {
    private Printable() {}

    /** Returns the first word of the path only: a session's URL is a capability. */
    static String path(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        int second = path.indexOf('/', 1);
        return (second < 0 ? path : path.substring(0, second)).replaceAll("[^A-Za-z0-9/._~-]", "?");
    }
}
