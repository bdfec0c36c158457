package dev.weir.gateway.http;

import dev.weir.gateway.relay.StreamId;
import dev.weir.gateway.session.CreatedSession;
import dev.weir.gateway.session.Permission;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.Sessions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every address that exists. {@code openapi.yaml} describes them; a test compares the two. */
final class Api {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final WhipConfig config;
    private final Backend backend;
    private final Pages pages = new Pages();

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
        Sessions sessions = backend.sessions();
        Announcement published = new Announcement(backend.iceServers(), List.of());
        Announcement viewed = new Announcement(
                backend.iceServers(),
                List.of(
                        new Extension(EventsHandler.RELATION, "events", Map.of("events", EventsHandler.types())),
                        new Extension(LayerHandler.RELATION, "layer", Map.of())));
        OfferHandler whip = new OfferHandler(sessions::publish, (exchange, session) -> {}, published);
        OfferHandler whep = new OfferHandler(sessions::view, this::joinAtLiveEdge, viewed);
        ServerOfferHandler serverOffer = new ServerOfferHandler(sessions, viewed, config.serverOfferLife());
        return List.of(
                endpoint("/whip", whip).on("POST", post("/whip", whip::post)),
                endpoint("/whip/{stream}", whip).on("POST", post("/whip", whip::post)),
                endpoint("/whep/{stream}", whep).on("POST", post("/whep", (exchange, streamId) -> {
                    if (ServerOfferHandler.isWanted(exchange)) {
                        serverOffer.post(exchange, streamId);
                    } else {
                        whep.post(exchange, streamId);
                    }
                })));
    }

    /** {@code ?start=live}: the first picture is the publisher's next keyframe, not the last one with what came since. */
    private void joinAtLiveEdge(HttpServerExchange exchange, CreatedSession session) {
        Deque<String> start = exchange.getQueryParameters().get("start");
        if (start != null && start.contains("live")) {
            backend.sessions().find(session.id(), Callers.of(exchange)).ifPresent(Session::joinAtLiveEdge);
        }
    }

    private static Route endpoint(String template, OfferHandler handler) {
        return Route.at(template)
                .on("GET", ofStream((exchange, streamId) -> handler.get(exchange)))
                .onWorker("OPTIONS", ofStream((exchange, streamId) -> handler.options(exchange)))
                .acceptPost(MediaType.SDP);
    }

    /** Answers for one stream. */
    @FunctionalInterface
    private interface StreamAction {
        void answer(HttpServerExchange exchange, String streamId) throws Exception;
    }

    /** Sends an offer on to the stream's gateway when that is another. */
    private Route.Action post(String endpoint, StreamAction here) {
        Redirect redirect = new Redirect(config.redirectTo());
        return ofStream((exchange, streamId) -> {
            if (redirect.isOn()) {
                redirect.send(exchange, endpoint, streamId);
            } else {
                here.answer(exchange, streamId);
            }
        });
    }

    /** Takes the stream id from the path, or makes one where the path has none. */
    private static Route.Action ofStream(StreamAction action) {
        return (exchange, variables) -> {
            String streamId = variables.isEmpty() ? randomStreamId() : variables.get(0);
            if (StreamId.isValid(streamId)) {
                action.answer(exchange, streamId);
            } else {
                Problem.BAD_STREAM_ID.send(exchange, "The last part of the path is no stream id.");
            }
        };
    }

    private List<Route> sessions() {
        SessionHandler sessions = new SessionHandler(backend.sessions(), config.preconditions());
        EventsHandler events = new EventsHandler(backend.sessions());
        LayerHandler layer = new LayerHandler(backend.sessions());
        return List.of(
                Route.at("/session/{session}/events")
                        .on("POST", (exchange, variables) -> events.post(exchange, variables.get(0)))
                        .acceptPost(MediaType.JSON),
                Route.at("/session/{session}/layer")
                        .on("POST", (exchange, variables) -> layer.post(exchange, variables.get(0)))
                        .onWorker("DELETE", (exchange, variables) -> layer.delete(exchange, variables.get(0)))
                        .acceptPost(MediaType.JSON),
                Route.at("/events/{events}")
                        .on("GET", (exchange, variables) -> events.get(exchange, variables.get(0)))
                        .onWorker("DELETE", (exchange, variables) -> events.delete(exchange, variables.get(0))),
                Route.at("/session/{session}")
                        .on("GET", (exchange, variables) -> sessions.get(exchange, variables.get(0)))
                        .on("PATCH", (exchange, variables) -> sessions.patch(exchange, variables.get(0)))
                        .onWorker("DELETE", (exchange, variables) -> sessions.delete(exchange, variables.get(0)))
                        .acceptPost(MediaType.SDP)
                        .acceptPatch(MediaType.TRICKLE + ", " + MediaType.SDP));
    }

    private record HealthView(String status, Map<String, String> checks) {}

    private List<Route> state() {
        StreamsHandler streams = new StreamsHandler(backend.relay(), backend.sessions(), backend.targets());
        return Stream.of(
                        Route.at("/streams").onWorker("GET", (exchange, variables) -> streams.list(exchange)),
                        Route.at("/streams/{stream}")
                                .onWorker("GET", (exchange, variables) -> streams.one(exchange, variables.get(0))),
                        Route.at("/health").onWorker("GET", (exchange, variables) -> health(exchange)),
                        Route.at("/openapi.json").onWorker("GET", (exchange, variables) -> openApi(exchange)),
                        Route.at("/metrics").onWorker("GET", (exchange, variables) -> metrics(exchange)))
                .map(route -> route.with(Headers.CACHE_CONTROL, "no-store"))
                .toList();
    }

    private static void openApi(HttpServerExchange exchange) {
        Json.send(exchange, 200, "application/json", OpenApi.document());
    }

    private void health(HttpServerExchange exchange) {
        Health now = backend.health().get();
        boolean operator = Callers.of(exchange).mayEverywhere(Permission.ADMIN);
        Map<String, String> checks = operator ? now.checks() : Map.of();
        Json.send(exchange, 200, "application/json", new HealthView(now.degraded() ? "degraded" : "ok", checks));
    }

    private void metrics(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PROMETHEUS);
        exchange.getResponseSender().send(backend.metrics().get());
    }

    private List<Route> pages() {
        return List.of(
                Route.at("/").on("GET", (exchange, variables) -> pages.send(exchange, "index.html")),
                Route.at("/publish").on("GET", (exchange, variables) -> pages.send(exchange, "publish.html")),
                Route.at("/docs").on("GET", (exchange, variables) -> pages.send(exchange, "docs.html")),
                page("/publish/{stream}", "publish.html"),
                page("/play/{stream}", "play.html"),
                Route.at("/assets/{file}").on("GET", (exchange, variables) -> asset(exchange, variables.get(0))));
    }

    private Route page(String template, String name) {
        return Route.at(template).on("GET", ofStream((exchange, streamId) -> pages.send(exchange, name)));
    }

    private void asset(HttpServerExchange exchange, String file) {
        if (file.endsWith(".html")) {
            Problem.sendNothingHere(exchange);
        } else {
            pages.send(exchange, file);
        }
    }

    private static String randomStreamId() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
