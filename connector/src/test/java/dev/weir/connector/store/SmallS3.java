package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.connector.store.SimulatedS3.Request;
import dev.weir.connector.store.SimulatedS3.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A {@link SimulatedS3} over HTTP on loopback; it lists two keys per answer, so that going on is exercised. */
public final class SmallS3 implements AutoCloseable {
    private final SimulatedS3 service = new SimulatedS3(2);
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private int failuresLeft;
    private int failureStatus;

    public SmallS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns settings that reach it. */
    public S3Config config(long partBytes) {
        return new S3Config(
                "media",
                "us-east-1",
                endpoint(),
                true,
                "id",
                "hush",
                Duration.ofSeconds(10),
                partBytes,
                S3Config.Encryption.DEFAULT,
                "");
    }

    SimulatedS3 service() {
        return service;
    }

    /** Answers the next {@code count} requests with {@code status}. */
    synchronized void fail(int count, int status) {
        failureStatus = status;
        failuresLeft = count;
    }

    private synchronized Response answer(Request request) {
        if (failuresLeft > 0) {
            failuresLeft--;
            return Response.error(failureStatus, "AccessDenied");
        }
        return service.handle(request);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> query = new TreeMap<>();
            String raw = exchange.getRequestURI().getRawQuery();
            for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8));
            }
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(SimulatedS3.headerName(name), values.get(0)));
            String method = exchange.getRequestMethod();
            Response response = answer(new Request(
                    method,
                    SimulatedS3.keyOf(exchange.getRequestURI().getPath()),
                    query,
                    headers,
                    ByteBuffer.wrap(exchange.getRequestBody().readAllBytes())));
            response.headers().forEach(exchange.getResponseHeaders()::set);
            boolean bodiless = method.equals("HEAD") || !response.body().hasRemaining();
            exchange.sendResponseHeaders(
                    response.status(), bodiless ? -1 : response.body().remaining());
            if (!bodiless) {
                byte[] body = new byte[response.body().remaining()];
                response.body().duplicate().get(body);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
