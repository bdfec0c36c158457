package dev.weir.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Reads a {@link ServerIdentity} from the files of the configuration, and tells when they have changed. */
final class IdentityFiles {
    private static final int MAX_BYTES = 1 << 20;

    private final TlsConfig.Files files;
    private byte[] certificate = new byte[0];
    private byte[] key = new byte[0];

    IdentityFiles(TlsConfig.Files files) {
        this.files = files;
    }

    /** Reads the files; returns whether their content differs from the last time. */
    boolean refresh() throws IOException {
        byte[] newCertificate = read(files.certificate());
        byte[] newKey = files.key().isPresent() ? read(files.key().get()) : newCertificate;
        boolean changed = !Arrays.equals(newCertificate, certificate) || !Arrays.equals(newKey, key);
        certificate = newCertificate;
        key = newKey;
        return changed;
    }

    private static byte[] read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        return Files.readAllBytes(file);
    }

    /** Returns what the files held at the last {@link #refresh}. */
    ServerIdentity identity() throws IOException {
        try {
            ServerIdentity identity = isPkcs12() ? fromPkcs12() : fromPem();
            requirePair(identity);
            return identity;
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("no certificate with its key in " + describe() + ": " + e.getMessage(), e);
        }
    }

    private String describe() {
        return files.certificate() + files.key().map(path -> " and " + path).orElse("");
    }

    private boolean isPkcs12() {
        String name = files.certificate().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".p12") || name.endsWith(".pfx");
    }

    private ServerIdentity fromPem() throws GeneralSecurityException {
        List<X509Certificate> chain = Pem.certificates(new String(certificate, StandardCharsets.ISO_8859_1));
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("no certificate in PEM form");
        }
        return new ServerIdentity(Pem.privateKey(new String(key, StandardCharsets.ISO_8859_1)), chain);
    }

    private ServerIdentity fromPkcs12() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        char[] password = files.password().toCharArray();
        store.load(new ByteArrayInputStream(certificate), password);
        for (String alias : Collections.list(store.aliases())) {
            if (store.getKey(alias, password) instanceof PrivateKey found) {
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate link : store.getCertificateChain(alias)) {
                    chain.add((X509Certificate) link);
                }
                return new ServerIdentity(found, chain);
            }
        }
        throw new GeneralSecurityException("no private key in it");
    }

    /** A key of another certificate would show only in the first handshake. */
    private static void requirePair(ServerIdentity identity) throws GeneralSecurityException {
        boolean sameKind = identity.key()
                .getAlgorithm()
                .equals(identity.certificate().getPublicKey().getAlgorithm());
        if (!sameKind || !verifies(identity)) {
            throw new GeneralSecurityException("the key does not belong to the certificate");
        }
    }

    private static boolean verifies(ServerIdentity identity) throws GeneralSecurityException {
        String algorithm = switch (identity.key().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> identity.key().getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(identity.key());
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(identity.certificate().getPublicKey());
        signature.update(probe);
        return signature.verify(signed);
    }
}
