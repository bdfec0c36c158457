package dev.weir.gateway.access;

import java.util.List;

/**
 * Settings of signed tokens (RFC 7519).
 *
 * @param keys address of the key set (http, https), or path of a file that holds it (RFC 7517)
 * @param issuer what {@code iss} must be
 * @param audience what {@code aud} must hold
 * @param algorithms signature algorithms that are accepted; only those with a public key make sense
 * @param claim name of the claim that holds the grants
 */
public record JwtConfig(String keys, String issuer, String audience, List<String> algorithms, String claim) {
    private static final List<String> POSSIBLE =
            List.of("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512");

    public JwtConfig {
        algorithms = List.copyOf(algorithms);
        if (issuer.isEmpty() || audience.isEmpty()) {
            throw new IllegalArgumentException("auth.jwt-keys needs auth.jwt-issuer and auth.jwt-audience too");
        }
        if (algorithms.isEmpty() || !POSSIBLE.containsAll(algorithms)) {
            throw new IllegalArgumentException("auth.jwt-algorithms must be some of " + POSSIBLE + ": " + algorithms);
        }
        if (claim.isEmpty()) {
            throw new IllegalArgumentException("auth.jwt-claim must not be empty");
        }
    }

    boolean isRemote() {
        return keys.startsWith("https://") || keys.startsWith("http://");
    }
}
