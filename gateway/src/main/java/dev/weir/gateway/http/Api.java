package dev.weir.gateway.http;

import dev.weir.gateway.relay.StreamId;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every address that exists. {@code openapi.yaml} describes them; a test compares the two. */
final class Api {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final WhipConfig config;
    private final Backend backend;
    private final Pages pages = new Pages();
    private final SecureRandom random = new SecureRandom();

    Api(WhipConfig config, Backend backend) {
        this.config = config;
        this.backend = backend;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(endpoints());
        routes.addAll(sessions());
        routes.addAll(state());
        routes.addAll(pages());
        return routes;
    }

    private List<Route> endpoints() {
        OfferHandler whip = new OfferHandler(backend.sessions()::publish, backend.iceServers(), List.of());
        OfferHandler whep = new OfferHandler(backend.sessions()::view, backend.iceServers(), List.of());
        return List.of(
                Route.at("/whip")
                        .on("GET", (exchange, variables) -> whip.get(exchange, randomStreamId()))
                        .on("POST", (exchange, variables) -> whip.post(exchange, randomStreamId()))
                        .onWorker("OPTIONS", (exchange, variables) -> whip.options(exchange, randomStreamId()))
                        .acceptPost(MediaType.SDP),
                endpoint("/whip/{stream}", whip),
                endpoint("/whep/{stream}", whep));
    }

    private static Route endpoint(String template, OfferHandler handler) {
        return Route.at(template)
                .on("GET", (exchange, variables) -> handler.get(exchange, variables.get(0)))
                .on("POST", (exchange, variables) -> handler.post(exchange, variables.get(0)))
                .onWorker("OPTIONS", (exchange, variables) -> handler.options(exchange, variables.get(0)))
                .acceptPost(MediaType.SDP);
    }

    private List<Route> sessions() {
        SessionHandler sessions = new SessionHandler(backend.sessions(), config.preconditions());
        return List.of(Route.at("/session/{session}")
                .on("GET", (exchange, variables) -> sessions.get(exchange, variables.get(0)))
                .on("PATCH", (exchange, variables) -> sessions.patch(exchange, variables.get(0)))
                .onWorker("DELETE", (exchange, variables) -> sessions.delete(exchange, variables.get(0)))
                .acceptPost(MediaType.SDP)
                .acceptPatch(MediaType.TRICKLE));
    }

    private record HealthView(String status, Map<String, String> checks) {}

    private List<Route> state() {
        StreamsHandler streams = new StreamsHandler(backend.relay(), backend.sessions());
        return Stream.of(
                        Route.at("/streams").onWorker("GET", (exchange, variables) -> streams.list(exchange)),
                        Route.at("/streams/{stream}")
                                .onWorker("GET", (exchange, variables) -> streams.one(exchange, variables.get(0))),
                        Route.at("/health").onWorker("GET", (exchange, variables) -> health(exchange)),
                        Route.at("/metrics").onWorker("GET", (exchange, variables) -> metrics(exchange)))
                .map(route -> route.with(Headers.CACHE_CONTROL, "no-store"))
                .toList();
    }

    private void health(HttpServerExchange exchange) {
        Health now = backend.health().get();
        Json.send(exchange, 200, "application/json", new HealthView(now.degraded() ? "degraded" : "ok", now.checks()));
    }

    private void metrics(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PROMETHEUS);
        exchange.getResponseSender().send(backend.metrics().get());
    }

    private List<Route> pages() {
        return List.of(
                Route.at("/").on("GET", (exchange, variables) -> pages.send(exchange, "index.html")),
                Route.at("/publish").on("GET", (exchange, variables) -> pages.send(exchange, "publish.html")),
                page("/publish/{stream}", "publish.html"),
                page("/play/{stream}", "play.html"),
                Route.at("/assets/{file}").on("GET", (exchange, variables) -> asset(exchange, variables.get(0))));
    }

    private Route page(String template, String name) {
        return Route.at(template).on("GET", (exchange, variables) -> {
            if (StreamId.isValid(variables.get(0))) {
                pages.send(exchange, name);
            } else {
                Problem.BAD_STREAM_ID.send(exchange, "The last part of the path is no stream id.");
            }
        });
    }

    private void asset(HttpServerExchange exchange, String file) {
        if (file.endsWith(".html")) {
            Problem.sendNothingHere(exchange);
        } else {
            pages.send(exchange, file);
        }
    }

    private String randomStreamId() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
