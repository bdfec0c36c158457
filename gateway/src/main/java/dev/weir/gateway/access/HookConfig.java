package dev.weir.gateway.access;

import java.net.URI;
import java.time.Duration;

/**
 * Settings of the service that judges tokens.
 *
 * @param url where questions are posted to
 * @param secret sent along as bearer token, so that the service knows who asks; may be empty
 * @param timeout time for one question; then the answer is no
 */
public record HookConfig(URI url, String secret, Duration timeout) {
    public HookConfig {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null || url.getFragment() != null) {
            throw new IllegalArgumentException("auth.hook-url must be https://HOST/…: " + url.getScheme() + "://…");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("auth.hook-timeout must be positive: " + timeout);
        }
    }

    @Override
    public String toString() {
        return "HookConfig[" + url + "]";
    }
}
