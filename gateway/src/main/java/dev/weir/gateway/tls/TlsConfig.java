package dev.weir.gateway.tls;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the certificate of the HTTP side comes from. */
public sealed interface TlsConfig {

    /** A certificate made at every start, for development: clients have to be told to trust it. */
    record SelfSigned(List<InetAddress> addresses) implements TlsConfig {
        public SelfSigned {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A certificate from files, which are read again when they change.
     *
     * @param certificate the chain as PEM, leaf first, or a PKCS#12 store ({@code .p12}, {@code .pfx})
     * @param key the private key as PEM; empty when {@code certificate} holds it too
     * @param password opens the PKCS#12 store; unused for PEM
     */
    record Files(Path certificate, Optional<Path> key, String password) implements TlsConfig {
        @Override
        public String toString() {
            return "Files[" + certificate + "]";
        }
    }
}
