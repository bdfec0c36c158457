package dev.weir.gateway.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes the gateway's own requests: no redirects, a small answer, and every address behind a name checked right before,
 * while the JVM still remembers the look-up.
 */
final class OutboundClient {
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private final OutboundPolicy policy;
    private final HttpClient client = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    OutboundClient(OutboundPolicy policy) {
        this.policy = policy;
    }

    record Answer(int status, String body) {}

    /** Returns the answer to a GET. */
    Answer get(URI uri, Duration timeout) throws IOException {
        check(uri);
        return send(HttpRequest.newBuilder(uri).GET(), timeout);
    }

    /** Returns the answer to a POST of JSON, with {@code secret} as bearer token unless it is empty. */
    Answer post(URI uri, String json, String secret, Duration timeout) throws IOException {
        check(uri);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(json));
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        return send(request, timeout);
    }

    private Answer send(HttpRequest.Builder request, Duration timeout) throws IOException {
        try {
            HttpResponse<InputStream> response =
                    client.send(request.timeout(timeout).build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES + 1);
                if (bytes.length > MAX_ANSWER_BYTES) {
                    throw new IOException("the answer is larger than " + MAX_ANSWER_BYTES + " bytes");
                }
                return new Answer(response.statusCode(), new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Right before the request, while the JVM still remembers the look-up: throws unless {@code uri} is of a scheme that is permitted and every address of its host is. */
    private void check(URI uri) throws IOException {
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        String host = Optional.ofNullable(uri.getHost()).orElse("");
        if (host.isEmpty() || !(scheme.equals("https") || scheme.equals("http")) || uri.getUserInfo() != null) {
            throw new IOException("not an http or https address without user: " + uri);
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        for (InetAddress address : InetAddress.getAllByName(bare)) {
            if (!policy.permits(address)) {
                throw new IOException(host + " is " + address.getHostAddress()
                        + ", which is not on the public internet: permit it by auth.outbound-networks");
            }
            if (scheme.equals("http") && !Cidr.anyContains(policy.permitted(), address)) {
                throw new IOException(
                        "plain http goes only to what auth.outbound-networks names; use https for " + host);
            }
        }
    }
}
