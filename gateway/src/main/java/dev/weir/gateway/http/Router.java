package dev.weir.gateway.http;

import dev.weir.gateway.relay.StreamId;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;

/** Every path that exists. */
final class Router implements HttpHandler {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final OfferHandler whip;
    private final OfferHandler whep;
    private final SessionHandler sessions;
    private final StreamsHandler streams;
    private final Supplier<String> metrics;
    private final Supplier<Health> health;
    private final Pages pages = new Pages();
    private final SecureRandom random = new SecureRandom();

    Router(
            OfferHandler whip,
            OfferHandler whep,
            SessionHandler sessions,
            StreamsHandler streams,
            Supplier<String> metrics,
            Supplier<Health> health) {
        this.whip = whip;
        this.whep = whep;
        this.sessions = sessions;
        this.streams = streams;
        this.metrics = metrics;
        this.health = health;
    }

    private record HealthView(String status, Map<String, String> checks) {}

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        int slash = path.indexOf('/', 1);
        String first = path.substring(1, slash < 0 ? path.length() : slash);
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        switch (first) {
            case "whip" -> whip.handle(exchange, rest.isEmpty() ? randomStreamId() : rest);
            case "whep" -> whep.handle(exchange, rest);
            case "session" -> sessions.handle(exchange, rest);
            case "streams" -> read(exchange, () -> streams(exchange, rest));
            case "health" -> read(exchange, () -> health(exchange, rest));
            case "metrics" -> read(exchange, () -> metrics(exchange, rest));
            case "" -> pages.send(exchange, rest.isEmpty() ? "index.html" : "none");
            case "publish" -> pages.send(exchange, isNoneOrStream(rest) ? "publish.html" : "none");
            case "play" -> pages.send(exchange, StreamId.isValid(rest) ? "play.html" : "none");
            case "assets" -> pages.send(exchange, rest.endsWith(".html") ? "none" : rest);
            default -> Problem.notFound("There is nothing at this address.").send(exchange);
        }
    }

    /** Runs {@code answer} on a worker thread for GET and HEAD, and answers the other methods. */
    private static void read(HttpServerExchange exchange, Runnable answer) {
        switch (exchange.getRequestMethod().toString()) {
            case "GET", "HEAD" -> {
                exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
                Guard.onWorker(exchange, worker -> answer.run());
            }
            case "OPTIONS" -> Empty.send(exchange, 200);
            default -> Problem.sendMethodNotAllowed(exchange, "GET, HEAD, OPTIONS");
        }
    }

    private void streams(HttpServerExchange exchange, String rest) {
        if (rest.isEmpty()) {
            streams.list(exchange);
        } else {
            streams.one(exchange, rest);
        }
    }

    private void health(HttpServerExchange exchange, String rest) {
        if (!rest.isEmpty()) {
            Problem.notFound("There is nothing at this address.").send(exchange);
            return;
        }
        Health now = health.get();
        Json.send(exchange, 200, "application/json", new HealthView(now.degraded() ? "degraded" : "ok", now.checks()));
    }

    private void metrics(HttpServerExchange exchange, String rest) {
        if (!rest.isEmpty()) {
            Problem.notFound("There is nothing at this address.").send(exchange);
            return;
        }
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, PROMETHEUS);
        exchange.getResponseSender().send(metrics.get());
    }

    private static boolean isNoneOrStream(String rest) {
        return rest.isEmpty() || StreamId.isValid(rest);
    }

    private String randomStreamId() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
