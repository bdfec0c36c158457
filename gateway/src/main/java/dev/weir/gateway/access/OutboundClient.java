package dev.weir.gateway.access;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Makes the gateway's own requests. A name is looked up once, each of its addresses is checked, and the connection goes to one
 * of these: no answer of a name server can change that (DNS rebinding). One request per connection, no redirects, a small
 * answer, and one deadline for all of it but the look-up. From any thread.
 */
final class OutboundClient {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final OutboundPolicy policy;
    private final SSLContext tls;

    OutboundClient(OutboundPolicy policy) {
        this(policy, defaultTls());
    }

    /** Takes who is trusted, too. */
    OutboundClient(OutboundPolicy policy, SSLContext tls) {
        this.policy = policy;
        this.tls = tls;
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    record Answer(int status, String body) {}

    /** Returns the answer to a GET. */
    Answer get(URI uri, Duration timeout) throws IOException {
        return send(uri, head("GET", uri) + "\r\n", timeout);
    }

    /** Returns the answer to a POST of JSON, with {@code secret} as bearer token unless it is empty. */
    Answer post(URI uri, String json, String secret, Duration timeout) throws IOException {
        String authorization = secret.isEmpty() ? "" : "Authorization: Bearer " + oneLine(secret) + "\r\n";
        String request = head("POST", uri) + "Content-Type: application/json\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n" + authorization + "\r\n" + json;
        return send(uri, request, timeout);
    }

    private static String head(String method, URI uri) {
        String path = Optional.ofNullable(uri.getRawPath())
                .filter(text -> !text.isEmpty())
                .orElse("/");
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return method + " " + path + query + " HTTP/1.1\r\nHost: " + uri.getHost() + port
                + "\r\nAccept: application/json\r\nConnection: close\r\n";
    }

    private static String oneLine(String secret) throws IOException {
        if (secret.chars().anyMatch(c -> c < ' ')) {
            throw new IOException("the secret has a control character");
        }
        return secret;
    }

    private Answer send(URI uri, String request, Duration timeout) throws IOException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        boolean secure = scheme(uri).equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        IOException failure = new IOException("no address");
        for (InetAddress address : permitted(uri)) {
            try (Socket socket = new Socket()) {
                CompletableFuture<Void> watch = closeAt(deadlineNanos, socket);
                try {
                    socket.connect(new InetSocketAddress(address, port), remainingMillis(deadlineNanos));
                } catch (IOException e) {
                    // The next address, if there is one and time is left.
                    failure = inTime(e, deadlineNanos);
                    continue;
                } finally {
                    watch.complete(null);
                }
                return exchange(uri, secure, socket, request, deadlineNanos);
            }
        }
        throw failure;
    }

    private Answer exchange(URI uri, boolean secure, Socket socket, String request, long deadlineNanos)
            throws IOException {
        CompletableFuture<Void> watch = closeAt(deadlineNanos, socket);
        try (Socket stream = secure ? encrypt(uri, socket) : socket) {
            stream.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            stream.getOutputStream().flush();
            return HttpAnswer.read(new BufferedInputStream(stream.getInputStream()));
        } catch (IOException e) {
            throw inTime(e, deadlineNanos);
        } finally {
            watch.complete(null);
        }
    }

    private Socket encrypt(URI uri, Socket socket) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) tls.getSocketFactory().createSocket(socket, bareHost(uri), socket.getPort(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    /** Closes the socket at the deadline, whatever it is doing, unless the result is completed before. */
    private static CompletableFuture<Void> closeAt(long deadlineNanos, Socket socket) {
        CompletableFuture<Void> watch = new CompletableFuture<>();
        var unused = watch.orTimeout(Math.max(1, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)
                .whenComplete((done, late) -> {
                    if (late instanceof TimeoutException) {
                        closeQuietly(socket);
                    }
                });
        return watch;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way; who reads from it fails.
        }
    }

    private static int remainingMillis(long deadlineNanos) {
        return (int) Math.max(1, Math.min(60_000, (deadlineNanos - System.nanoTime()) / 1_000_000));
    }

    private static IOException inTime(IOException failure, long deadlineNanos) {
        return System.nanoTime() - deadlineNanos < 0 ? failure : new IOException("no answer in time", failure);
    }

    private static String scheme(URI uri) {
        return Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    }

    private static String bareHost(URI uri) {
        String host = Optional.ofNullable(uri.getHost()).orElse("");
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Looks the host up and throws unless the scheme is permitted and each of its addresses is. */
    private List<InetAddress> permitted(URI uri) throws IOException {
        String scheme = scheme(uri);
        String host = bareHost(uri);
        if (host.isEmpty() || !(scheme.equals("https") || scheme.equals("http")) || uri.getUserInfo() != null) {
            throw new IOException("not an http or https address without user: " + uri);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (!policy.permits(address)) {
                throw new IOException(host + " is " + address.getHostAddress()
                        + ", which is not on the public internet: permit it by auth.outbound-networks");
            }
            if (scheme.equals("http") && !Cidr.anyContains(policy.permitted(), address)) {
                throw new IOException(
                        "plain http goes only to what auth.outbound-networks names; use https for " + host);
            }
            addresses.add(address);
        }
        return addresses;
    }
}
