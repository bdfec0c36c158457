package dev.weir.gateway.http;

import dev.weir.gateway.tls.TlsConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the HTTP server.
 *
 * @param address where to listen; port 0 lets the system choose
 * @param requestTimeout time in which a request must have arrived whole and been answered; then its connection is closed
 * @param workerThreads threads that negotiate sessions and answer requests
 * @param tls where the certificate comes from; empty = plain HTTP
 * @param adminAddress a second address, for operators: metrics and the status page are served there only; plain HTTP on
 *     loopback
 * @param connections how many a client may have
 */
public record HttpConfig(
        InetSocketAddress address,
        Duration requestTimeout,
        int workerThreads,
        Optional<TlsConfig> tls,
        Optional<InetSocketAddress> adminAddress,
        ConnectionConfig connections) {

    /** Ten seconds, 16 threads. */
    public static HttpConfig of(InetSocketAddress address) {
        return new HttpConfig(address, Duration.ofSeconds(10), 16);
    }

    /** Takes what plain HTTP on one address needs. */
    public HttpConfig(InetSocketAddress address, Duration requestTimeout, int workerThreads) {
        this(address, requestTimeout, workerThreads, Optional.empty(), Optional.empty(), ConnectionConfig.DEFAULT);
    }

    public HttpConfig {
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("http.request-timeout must be positive: " + requestTimeout);
        }
        if (workerThreads < 1) {
            throw new IllegalArgumentException("http.worker-threads must be positive: " + workerThreads);
        }
    }
}
