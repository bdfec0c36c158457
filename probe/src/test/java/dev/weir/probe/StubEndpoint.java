package dev.weir.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP endpoint on loopback that answers every request but OPTIONS by a function and remembers what was asked. */
final class StubEndpoint implements AutoCloseable {
    /** Gives the reply to one request. */
    interface Handler {
        Reply reply(String method, String body) throws Exception;
    }

    /** Status, content type, body and Location (empty = none) of one answer. */
    record Reply(int status, String contentType, String body, String location) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    StubEndpoint(Handler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> handle(exchange, handler));
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** {@code METHOD path content-type}, in order. */
    List<String> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange, Handler handler) throws IOException {
        String method = exchange.getRequestMethod();
        if (method.equals("OPTIONS")) {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        requests.add(method
                + ' '
                + exchange.getRequestURI()
                + ' '
                + exchange.getRequestHeaders().getFirst("Content-Type"));
        Reply reply;
        try {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            reply = handler.reply(method, body);
        } catch (Exception e) {
            reply = new Reply(500, "text/plain", String.valueOf(e), "");
        }
        exchange.getResponseHeaders().set("Content-Type", reply.contentType());
        if (!reply.location().isEmpty()) {
            exchange.getResponseHeaders().set("Location", reply.location());
        }
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
