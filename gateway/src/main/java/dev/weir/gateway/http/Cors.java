package dev.weir.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;

/** Lets pages of any origin use the interface (WHATWG Fetch, RFC 9725 section 4.2). */
final class Cors implements HttpHandler {
    private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
    private static final HttpString ALLOW_METHODS = new HttpString("Access-Control-Allow-Methods");
    private static final HttpString ALLOW_HEADERS = new HttpString("Access-Control-Allow-Headers");
    private static final HttpString MAX_AGE = new HttpString("Access-Control-Max-Age");
    private static final HttpString EXPOSE_HEADERS = new HttpString("Access-Control-Expose-Headers");

    private final HttpHandler next;

    Cors(HttpHandler next) {
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(ALLOW_ORIGIN, "*");
        headers.put(
                EXPOSE_HEADERS,
                "Location, ETag, Link, Retry-After, WWW-Authenticate, Accept-Post, Accept-Patch, Weir-Stream"
                        // Eyevinn's client trickles only when it reads PATCH there.
                        + ", Access-Control-Allow-Methods");
        if (exchange.getRequestMethod().equalToString("OPTIONS")) {
            headers.put(ALLOW_METHODS, "GET, HEAD, POST, PATCH, DELETE, OPTIONS");
            headers.put(ALLOW_HEADERS, "Authorization, Content-Type, If-Match, If-None-Match, Prefer");
            headers.put(MAX_AGE, "86400");
        }
        next.handleRequest(exchange);
    }
}
