package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The part of S3 that the store uses, over HTTP: PUT with {@code If-None-Match} and {@code Content-MD5}, HEAD, GET, list.
 * Path style, one bucket. Answers as the S3 API reference says; signatures are not checked.
 */
public final class SmallS3 implements AutoCloseable {
    private record Stored(ByteBuffer content, Map<String, String> metadata) {}

    private final SortedMap<String, Stored> objects = new TreeMap<>();
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private volatile int failuresLeft;
    private volatile int failureStatus;

    public SmallS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers the next {@code count} requests with {@code status}. */
    void fail(int count, int status) {
        failureStatus = status;
        failuresLeft = count;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            String key = path.substring(
                    Math.min(path.length(), path.indexOf('/', 1) < 0 ? path.length() : path.indexOf('/', 1) + 1));
            synchronized (this) {
                if (failuresLeft > 0) {
                    failuresLeft--;
                    error(exchange, failureStatus, "AccessDenied");
                } else if (key.isEmpty()) {
                    list(exchange);
                } else {
                    object(exchange, key, body);
                }
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private void object(HttpExchange exchange, String key, byte[] body) throws IOException, NoSuchAlgorithmException {
        Stored stored = objects.get(key);
        if (exchange.getRequestMethod().equals("PUT")) {
            String md5 = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(body));
            if (!md5.equals(exchange.getRequestHeaders().getFirst("Content-MD5"))) {
                error(exchange, 400, "BadDigest");
            } else if (stored != null && "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                error(exchange, 412, "PreconditionFailed");
            } else {
                Map<String, String> metadata = new TreeMap<>();
                exchange.getRequestHeaders().forEach((name, values) -> {
                    if (name.toLowerCase(java.util.Locale.ROOT).startsWith("x-amz-meta-")) {
                        metadata.put(name, values.get(0));
                    }
                });
                objects.put(key, new Stored(ByteBuffer.wrap(body), metadata));
                exchange.getResponseHeaders().add("ETag", "\"etag\"");
                exchange.sendResponseHeaders(200, -1);
            }
        } else if (stored == null) {
            error(exchange, 404, "NoSuchKey");
        } else {
            stored.metadata().forEach(exchange.getResponseHeaders()::add);
            exchange.getResponseHeaders().add("ETag", "\"etag\"");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                exchange.getResponseHeaders()
                        .add("Content-Length", Integer.toString(stored.content().remaining()));
            }
            exchange.sendResponseHeaders(200, head ? -1 : stored.content().remaining());
            if (!head) {
                exchange.getResponseBody().write(stored.content().array());
            }
        }
    }

    /** Lists two keys per answer, so that going on is exercised. */
    private void list(HttpExchange exchange) throws IOException {
        Map<String, String> query = new TreeMap<>();
        for (String pair : exchange.getRequestURI().getQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", "");
        StringBuilder xml = new StringBuilder("<ListBucketResult>");
        int count = 0;
        String last = "";
        boolean more = false;
        for (String key : objects.keySet()) {
            if (key.startsWith(prefix) && key.compareTo(after) > 0) {
                if (count == 2) {
                    more = true;
                    break;
                }
                xml.append("<Contents><Key>").append(key).append("</Key></Contents>");
                last = key;
                count++;
            }
        }
        xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
        if (more) {
            xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
        }
        byte[] answer = xml.append("</ListBucketResult>").toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        byte[] answer = ("<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>").getBytes(UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : answer.length);
        if (!head) {
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
