package dev.weir.connector.restream.hls;

import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Puts objects beside a playlist by HTTP. One thread, {@link #abort} excepted. */
final class HlsUpload {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration REQUEST = Duration.ofSeconds(30);

    private final TargetUrl url;
    private final CheckedSockets sockets;
    private final String token;
    private final HttpClient http;
    private volatile Optional<CompletableFuture<HttpResponse<Void>>> running = Optional.empty();

    HlsUpload(TargetUrl url, CheckedSockets sockets, String token) throws IOException {
        this.url = url;
        this.sockets = sockets;
        this.token = token;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .sslContext(sockets.context())
                .build();
    }

    /** Puts an object; throws unless the server says that it has it. */
    void put(String name, String contentType, ByteBuffer content) throws IOException {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        int status = send(
                request(name).header("Content-Type", contentType).PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        if (status == 401 || status == 403) {
            throw new IOException("the HLS server refuses the token (" + status + ")");
        }
        if (status / 100 != 2) {
            throw new IOException("the HLS server answered " + status + " to PUT");
        }
    }

    /** Deletes an object; a server that does not allow that keeps it. */
    void delete(String name) throws IOException {
        send(request(name).DELETE());
    }

    private HttpRequest.Builder request(String name) {
        String scheme = url.scheme() == TargetUrl.Scheme.HLS_HTTPS ? "https" : "http";
        String folder = url.path().substring(0, url.path().lastIndexOf('/') + 1);
        String query = url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery();
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(scheme + "://" + url.hostInUrl() + ":" + url.port() + "/" + folder + name + query))
                .timeout(REQUEST);
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private int send(HttpRequest.Builder request) throws IOException {
        sockets.guard().resolve(url.host()); // Right before: the JVM remembers this look-up for the request.
        CompletableFuture<HttpResponse<Void>> answer =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
        running = Optional.of(answer);
        try {
            return answer.get().statusCode();
        } catch (InterruptedException stopped) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } catch (CancellationException brokenOff) {
            throw new IOException("broken off", brokenOff);
        } catch (ExecutionException failure) {
            Throwable root = failure;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new IOException(
                    root instanceof HttpTimeoutException
                            ? "the HLS server does not answer"
                            : "the HLS server cannot be reached: " + describe(root),
                    failure);
        }
    }

    private static String describe(Throwable root) {
        return root.getClass().getSimpleName() + (root.getMessage() == null ? "" : " (" + root.getMessage() + ")");
    }

    void abort() {
        running.ifPresent(request -> request.cancel(true));
    }
}
