package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages and their parts, held in memory; they need nothing from other hosts, and the browser is told to refuse it. */
final class Pages {
    private static final String FOLDER = "/dev/weir/gateway/pages/";
    private static final HttpString CONTENT_SECURITY_POLICY = new HttpString("Content-Security-Policy");
    private static final HttpString PERMISSIONS_POLICY = new HttpString("Permissions-Policy");
    private static final HttpString REFERRER_POLICY = new HttpString("Referrer-Policy");
    private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    private record Page(String contentType, ByteBuffer content, String etag) {}

    private final Map<String, Page> pages = Stream.of(
                    "index.html",
                    "publish.html",
                    "play.html",
                    "docs.html",
                    "weir.css",
                    "weir.js",
                    "status.js",
                    "publish.js",
                    "play.js",
                    "docs.js",
                    "docs.css",
                    "icon.svg",
                    "uPlot.min.css",
                    "uPlot.iife.min.js",
                    "uPlot.LICENSE.txt")
            .collect(Collectors.toUnmodifiableMap(name -> name, Pages::load));

    /** Sends {@code name}, if there is such a page. */
    void send(HttpServerExchange exchange, String name) {
        Page page = pages.get(name);
        if (page == null) {
            Problem.sendNothingHere(exchange);
        } else {
            send(exchange, page);
        }
    }

    private static void send(HttpServerExchange exchange, Page page) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CONTENT_TYPE, page.contentType);
        headers.put(Headers.ETAG, page.etag);
        headers.put(Headers.CACHE_CONTROL, "no-cache");
        headers.put(
                CONTENT_SECURITY_POLICY,
                "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; object-src 'none'");
        headers.put(PERMISSIONS_POLICY, "camera=(self), microphone=(self), display-capture=(self), autoplay=(self)");
        headers.put(REFERRER_POLICY, "no-referrer");
        headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
        String tag = page.etag.substring(1, page.etag.length() - 1);
        if (!ETagUtils.handleIfNoneMatch(exchange, new ETag(false, tag), true)) {
            exchange.setStatusCode(304);
            exchange.endExchange();
            return;
        }
        exchange.getResponseSender().send(page.content.duplicate());
    }

    private static Page load(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("page not packaged: " + name);
            }
            byte[] content = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
            return new Page(
                    type,
                    ByteBuffer.wrap(content).asReadOnlyBuffer(),
                    '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
