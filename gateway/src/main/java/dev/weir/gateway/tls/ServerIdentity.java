package dev.weir.gateway.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What the server proves itself with.
 *
 * @param chain the certificate of {@code key} first
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
    ServerIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
    }

    X509Certificate certificate() {
        return chain.get(0);
    }
}
