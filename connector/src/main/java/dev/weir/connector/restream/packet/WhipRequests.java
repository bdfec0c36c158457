package dev.weir.connector.restream.packet;

import dev.weir.connector.restream.CheckedHttp;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.webrtc.client.HttpRequests;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;

/** Sends the requests of a WHIP client to addresses that were checked, and to the target's own host only. */
final class WhipRequests implements HttpRequests, AutoCloseable {
    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final Duration IDLE = Duration.ofMillis(100);

    private final CloseableHttpClient http;

    WhipRequests(CheckedSockets sockets, Duration patience) throws IOException {
        this.http = CheckedHttp.client(sockets, patience, IDLE);
    }

    @Override
    public Answer send(String method, URI uri, Map<String, String> headers, String body, Duration timeout)
            throws IOException {
        HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
        headers.forEach(request::setHeader);
        if (!body.isEmpty()) {
            request.setEntity(new ByteArrayEntity(body.getBytes(StandardCharsets.UTF_8), null));
        }
        return http.execute(request, answer -> answer(request, uri, answer));
    }

    private static Answer answer(HttpUriRequestBase request, URI uri, ClassicHttpResponse answer) throws IOException {
        Header location = answer.getFirstHeader(HttpHeaders.LOCATION);
        return new Answer(answer.getCode(), uri, location == null ? "" : location.getValue(), text(request, answer));
    }

    private static String text(HttpUriRequestBase request, ClassicHttpResponse answer) throws IOException {
        HttpEntity entity = answer.getEntity();
        if (entity == null) {
            return "";
        }
        try (InputStream in = entity.getContent()) {
            byte[] bytes = in.readNBytes(MAX_BODY_BYTES + 1);
            if (bytes.length > MAX_BODY_BYTES) {
                request.abort(); // Closing the stream would read the rest of it.
                throw new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }
}
