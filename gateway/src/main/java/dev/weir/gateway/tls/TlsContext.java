package dev.weir.gateway.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives TLS its key and certificate. Files are looked at again with the handshakes, once a second at most: new connections
 * get the new certificate, present ones stay. From any thread.
 */
public final class TlsContext {
    /** What is spoken, best first; older versions are broken (RFC 8996). */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** With forward secrecy and authenticated encryption only (RFC 9325 section 4.2). */
    public static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);
    private static final Duration EXPIRY_WARNING = Duration.ofDays(14);
    private static final long RECHECK_NANOS = Duration.ofSeconds(1).toNanos();

    private final SSLContext context;
    private final Optional<IdentityFiles> files;
    private volatile Named current;
    /** A handshake under way must not get the chain of one certificate and the key of another. */
    private volatile Named former;

    private long checkedNanos;

    private record Named(String alias, ServerIdentity identity) {}

    private TlsContext(ServerIdentity identity, Optional<IdentityFiles> files) {
        this.current = new Named("weir-1", identity);
        this.former = current;
        this.files = files;
        this.checkedNanos = System.nanoTime();
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new CurrentKey()}, new TrustManager[0], null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this JVM", e);
        }
    }

    /**
     * Reads or makes the certificate.
     *
     * @throws IOException saying what is wrong with which file
     */
    public static TlsContext of(TlsConfig config) throws IOException {
        TlsContext made;
        if (config instanceof TlsConfig.Files named) {
            IdentityFiles files = new IdentityFiles(named);
            boolean unused = files.refresh();
            made = new TlsContext(files.identity(), Optional.of(files));
        } else {
            List<InetAddress> addresses = ((TlsConfig.SelfSigned) config).addresses();
            made = new TlsContext(SelfSigned.make(addresses, Instant.now()), Optional.empty());
        }
        made.tell("loaded");
        return made;
    }

    /** Returns what sockets are made from. */
    public SSLContext sslContext() {
        return context;
    }

    /** Returns the certificate that new connections get. */
    public X509Certificate certificate() {
        return current.identity().certificate();
    }

    private synchronized void recheck(IdentityFiles present) {
        long now = System.nanoTime();
        if (now - checkedNanos < RECHECK_NANOS) {
            return;
        }
        checkedNanos = now;
        try {
            if (present.refresh()) {
                replace(present.identity());
                tell("reloaded");
            }
        } catch (IOException e) {
            LOG.warn("certificate not reloaded, the former one stays: {}", e.getMessage());
        }
    }

    private void replace(ServerIdentity identity) {
        former = current;
        current = new Named("weir-" + checkedNanos, identity);
    }

    private void tell(String verb) {
        X509Certificate leaf = certificate();
        Instant end = leaf.getNotAfter().toInstant();
        LOG.info(
                "certificate {} subject=\"{}\" until={} sha256={}",
                verb,
                leaf.getSubjectX500Principal(),
                end,
                sha256(leaf));
        if (end.isBefore(Instant.now().plus(EXPIRY_WARNING))) {
            LOG.warn("certificate ends soon until={}", end);
        }
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Offers the present key. A handshake asks for a name first, and then for what the name stands for. */
    private final class CurrentKey extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            files.ifPresent(TlsContext.this::recheck);
            Named now = current;
            return now.identity().key().getAlgorithm().equals(keyType) ? now.alias() : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return chooseEngineServerAlias(keyType, issuers, null);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return named(alias).key();
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return named(alias).chain().toArray(new X509Certificate[0]);
        }

        private ServerIdentity named(String alias) {
            Named before = former;
            return before.alias().equals(alias) ? before.identity() : current.identity();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {current.alias()};
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
