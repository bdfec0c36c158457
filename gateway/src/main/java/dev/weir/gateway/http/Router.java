package dev.weir.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.List;
import java.util.Optional;

/** Finds the route of a request. A slash at the end of a path changes nothing. */
final class Router implements HttpHandler {
    private final List<Route> routes;

    /** Takes the routes; the first that fits answers. */
    Router(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** Returns all routes. */
    List<Route> routes() {
        return routes;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        String asked = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (Route route : routes) {
            Optional<List<String>> variables = route.match(asked);
            if (variables.isPresent()) {
                route.answer(exchange, variables.get());
                return;
            }
        }
        Problem.sendNothingHere(exchange);
    }
}
