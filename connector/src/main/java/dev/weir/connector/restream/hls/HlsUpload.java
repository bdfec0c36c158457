package dev.weir.connector.restream.hls;

import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.TargetUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Puts objects beside a playlist by HTTP. Every connection goes to an address that the guard has checked, whatever a name
 * server says later. One thread, {@link #abort} excepted.
 */
final class HlsUpload implements AutoCloseable {
    private static final Timeout CONNECT = Timeout.ofSeconds(10);
    private static final Timeout ANSWER = Timeout.ofSeconds(30);

    /** After so long the server may have closed a connection. */
    private static final TimeValue IDLE = TimeValue.ofMilliseconds(100);

    private final TargetUrl url;
    private final String token;
    private final CloseableHttpClient http;
    private volatile boolean aborted;
    private volatile Optional<HttpUriRequestBase> running = Optional.empty();

    HlsUpload(TargetUrl url, CheckedSockets sockets, String token) throws IOException {
        this.url = url;
        this.token = token;
        this.http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedResolver(sockets.guard()))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(sockets.context()))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(ANSWER)
                                .setValidateAfterInactivity(IDLE)
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(ANSWER).build())
                .setUserAgent("weir")
                .disableRedirectHandling()
                .disableAutomaticRetries() // The restream tries again itself, at its own pace.
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** Hands on only what may be connected to. */
    private record CheckedResolver(AddressGuard guard) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            try {
                return guard.resolveAll(host).toArray(InetAddress[]::new);
            } catch (IOException refused) {
                UnknownHostException unusable = new UnknownHostException(refused.getMessage());
                unusable.initCause(refused);
                throw unusable;
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
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
        if (failure instanceof UnknownHostException && failure.getMessage() != null) {
            return failure.getMessage(); // What the guard says.
        }
        return failure instanceof SocketTimeoutException
                ? "the HLS server does not answer"
                : "the HLS server cannot be reached: " + describe(failure);
    }

    private static String describe(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + (root.getMessage() == null ? "" : " (" + root.getMessage() + ")");
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
