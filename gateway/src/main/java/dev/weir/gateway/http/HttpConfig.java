package dev.weir.gateway.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Settings of the HTTP server.
 *
 * @param address where to listen; port 0 lets the system choose
 * @param requestTimeout time in which a request must have arrived whole and been answered; then its connection is closed
 * @param workerThreads threads that negotiate sessions and answer requests
 */
public record HttpConfig(InetSocketAddress address, Duration requestTimeout, int workerThreads) {
    /** Ten seconds, 16 threads. */
    public static HttpConfig of(InetSocketAddress address) {
        return new HttpConfig(address, Duration.ofSeconds(10), 16);
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
