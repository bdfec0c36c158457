package dev.weir.connector.restream.hls;

import dev.weir.connector.restream.CheckedHttp;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;

/**
 * Puts objects beside a playlist by HTTP. Every connection goes to an address that the guard has checked, whatever a name
 * server says later. One thread, {@link #abort} excepted.
 */
final class HlsUpload implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** After so long the server may have closed a connection. */
    private static final Duration IDLE = Duration.ofMillis(100);

    private final TargetUrl url;
    private final String token;
    private final CloseableHttpClient http;
    private volatile boolean aborted;
    private volatile Optional<HttpUriRequestBase> running = Optional.empty();

    HlsUpload(TargetUrl url, CheckedSockets sockets, String token) throws IOException {
        this.url = url;
        this.token = token;
        this.http = CheckedHttp.client(sockets, ANSWER, IDLE);
    }

    /** Puts an object; throws unless the server says that it has it. */
    void put(String name, String contentType, ByteBuffer content) throws IOException {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        HttpPut request = new HttpPut(uri(name));
        request.setEntity(new ByteArrayEntity(bytes, ContentType.parse(contentType)));
        int status = send(request);
        if (status == 401 || status == 403) {
            throw new IOException("the HLS server refuses the token (" + status + ")");
        }
        if (status / 100 != 2) {
            throw new IOException("the HLS server answered " + status + " to PUT");
        }
    }

    /** Deletes an object; a server that does not allow that keeps it. */
    void delete(String name) throws IOException {
        send(new HttpDelete(uri(name)));
    }

    private URI uri(String name) {
        String scheme = url.scheme() == TargetUrl.Scheme.HLS_HTTPS ? "https" : "http";
        String folder = url.path().substring(0, url.path().lastIndexOf('/') + 1);
        String query = url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery();
        return URI.create(scheme + "://" + url.hostInUrl() + ":" + url.port() + "/" + folder + name + query);
    }

    private int send(HttpUriRequestBase request) throws IOException {
        if (!token.isEmpty()) {
            request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token);
        }
        running = Optional.of(request);
        if (aborted) {
            throw new IOException("broken off");
        }
        try {
            return http.execute(request, answer -> {
                EntityUtils.consume(answer.getEntity());
                return answer.getCode();
            });
        } catch (IOException failure) {
            throw new IOException(aborted ? "broken off" : explain(failure), failure);
        }
    }

    private static String explain(IOException failure) {
        return CheckedHttp.explain("the HLS server", failure);
    }

    /** Breaks off the running request, and all later ones. */
    void abort() {
        aborted = true;
        running.ifPresent(HttpUriRequestBase::cancel);
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }
}
