package dev.weir.webrtc.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.bc.BcX509v3CertificateBuilder;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Holds a self-signed P-256 certificate with its private key. Immutable; shared by all sessions of a process. */
public final class DtlsIdentity {
    private static final ASN1ObjectIdentifier P256 = SECObjectIdentifiers.secp256r1;
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final AsymmetricKeyParameter privateKey;
    private final byte[] certificate;
    private final String fingerprint;

    private DtlsIdentity(AsymmetricKeyParameter privateKey, byte[] certificate) {
        this.privateKey = privateKey;
        this.certificate = certificate;
        this.fingerprint = Fingerprint.sha256(certificate);
    }

    /** Makes a fresh key pair and certificate; takes some milliseconds. */
    public static DtlsIdentity generate() {
        SecureRandom random = new SecureRandom();
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(ECNamedDomainParameters.lookup(P256), random));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        return new DtlsIdentity(pair.getPrivate(), selfSigned(pair, random));
    }

    private static byte[] selfSigned(AsymmetricCipherKeyPair pair, SecureRandom random) {
        X500Name name = new X500Name("CN=WebRTC");
        Instant now = Instant.now();
        try {
            X509CertificateHolder holder = new BcX509v3CertificateBuilder(
                            name,
                            new BigInteger(64, random).setBit(62),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(VALIDITY)),
                            name,
                            pair.getPublic())
                    .build(new BcECContentSignerBuilder(
                                    new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA"),
                                    new DefaultDigestAlgorithmIdentifierFinder().find("SHA-256"))
                            .build(pair.getPrivate()));
            return holder.getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    /** Returns the value of {@code a=fingerprint}: {@code sha-256 AB:CD:…} (RFC 8122 section 5). */
    public String fingerprint() {
        return fingerprint;
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }

    Certificate chain(BcTlsCrypto crypto) throws IOException {
        return new Certificate(new TlsCertificate[] {crypto.createCertificate(certificate)});
    }
}
