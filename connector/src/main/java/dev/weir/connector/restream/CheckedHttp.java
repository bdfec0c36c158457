package dev.weir.connector.restream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes HTTP clients whose every connection goes to an address that the guard has checked, whatever a name server says later
 * (DNS rebinding); certificates are verified against the host's name. They follow no redirects and try nothing twice.
 */
public final class CheckedHttp {
    private static final Timeout CONNECT = Timeout.ofSeconds(10);

    private CheckedHttp() {}

    /**
     * Returns a client, which the caller closes.
     *
     * @param answer how long an answer may take
     * @param idle after so long the server may have closed a connection, and it is looked at before it is used
     */
    public static CloseableHttpClient client(CheckedSockets sockets, Duration answer, Duration idle)
            throws IOException {
        Timeout patience = Timeout.of(answer);
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedResolver(sockets.guard()))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(sockets.context()))
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECT)
                                .setSocketTimeout(patience)
                                .setValidateAfterInactivity(TimeValue.of(idle))
                                .build())
                        .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(patience).build())
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

    /** Returns why {@code server} gave no answer, without its URL. */
    public static String explain(String server, Throwable failure) {
        if (failure instanceof UnknownHostException && failure.getMessage() != null) {
            return failure.getMessage(); // What the guard says.
        }
        if (failure instanceof SocketTimeoutException) {
            return server + " does not answer";
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return server + " cannot be reached: " + root.getClass().getSimpleName()
                + (root.getMessage() == null ? "" : " (" + root.getMessage() + ")");
    }
}
