package dev.weir.gateway.access;

import dev.weir.webrtc.address.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes the gateway's own requests. A name is looked up once, each of its addresses is checked, and the connection goes to one
 * of these: no answer of a name server can change that (DNS rebinding). One request per connection, no redirects, a small
 * answer, and one deadline for all of it but the look-up. From any thread.
 */
final class OutboundClient {
    private static final int MAX_BODY_BYTES = 256 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_CONNECTIONS = 100;

    private final CloseableHttpClient encrypted;
    private final CloseableHttpClient plain;

    OutboundClient(OutboundPolicy policy) {
        this(policy, defaultTls());
    }

    /** Takes who is trusted, too. */
    OutboundClient(OutboundPolicy policy, SSLContext tls) {
        encrypted = client(tls, new CheckedResolver() {
            @Override
            void check(String host, InetAddress address) throws UnknownHostException {
                if (!policy.permits(address)) {
                    throw new UnknownHostException(host + " is " + address.getHostAddress()
                            + ", which is not on the public internet: permit it by auth.outbound-networks");
                }
            }
        });
        plain = client(tls, new CheckedResolver() {
            @Override
            void check(String host, InetAddress address) throws UnknownHostException {
                if (!Cidr.anyContains(policy.permitted(), address)) {
                    throw new UnknownHostException(
                            "plain http goes only to what auth.outbound-networks names; use https for " + host);
                }
            }
        });
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    private static CloseableHttpClient client(SSLContext tls, DnsResolver resolver) {
        Http1Config bounds = Http1Config.custom()
                .setMaxLineLength(MAX_LINE_BYTES)
                .setMaxHeaderCount(MAX_HEADERS)
                .build();
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(resolver)
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(bounds)
                                .build())
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.DISABLED)
                                .build())
                        .build())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("weir")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    record Answer(int status, String body) {}

    /** Returns the answer to a GET. */
    Answer get(URI uri, Duration timeout) throws IOException {
        return send(new HttpGet(uri), uri, timeout);
    }

    /** Returns the answer to a POST of JSON, with {@code secret} as bearer token unless it is empty. */
    Answer post(URI uri, String json, String secret, Duration timeout) throws IOException {
        HttpPost request = new HttpPost(uri);
        request.setEntity(new StringEntity(json, ContentType.APPLICATION_JSON));
        if (!secret.isEmpty()) {
            request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + oneLine(secret));
        }
        return send(request, uri, timeout);
    }

    private static String oneLine(String secret) throws IOException {
        if (secret.chars().anyMatch(c -> c < ' ')) {
            throw new IOException("the secret has a control character");
        }
        return secret;
    }

    private Answer send(HttpUriRequestBase request, URI uri, Duration timeout) throws IOException {
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http")) || uri.getUserInfo() != null) {
            throw new IOException("not an http or https address without user: " + uri);
        }
        request.setHeader(HttpHeaders.ACCEPT, ContentType.APPLICATION_JSON.getMimeType());
        request.setHeader(HttpHeaders.CONNECTION, "close");
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(timeout))
                .setResponseTimeout(Timeout.of(timeout))
                .build());
        CompletableFuture<Void> watch = abortAfter(timeout, request);
        try {
            return (scheme.equals("https") ? encrypted : plain).execute(request, answer -> read(request, answer));
        } catch (IOException e) {
            throw watch.isDone() ? new IOException("no answer in time", e) : e;
        } finally {
            watch.complete(null);
        }
    }

    /** Closes the connection of {@code request} at the deadline, whatever it is doing, unless the result is completed before. */
    private static CompletableFuture<Void> abortAfter(Duration timeout, HttpUriRequestBase request) {
        CompletableFuture<Void> watch = new CompletableFuture<>();
        var unused = watch.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((done, late) -> {
            if (late instanceof TimeoutException) {
                request.abort();
            }
        });
        return watch;
    }

    private static Answer read(HttpUriRequestBase request, ClassicHttpResponse answer) throws IOException {
        HttpEntity entity = answer.getEntity();
        if (entity == null) {
            return new Answer(answer.getCode(), "");
        }
        try (InputStream in = entity.getContent()) {
            byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                // Closing the stream would read the rest of it.
                request.abort();
                throw new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes");
            }
            return new Answer(answer.getCode(), new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Looks a host up and hands on its addresses if each of them may be connected to. */
    private abstract static class CheckedResolver implements DnsResolver {
        abstract void check(String host, InetAddress address) throws UnknownHostException;

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] addresses = InetAddress.getAllByName(host);
            for (InetAddress address : addresses) {
                check(host, address);
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
