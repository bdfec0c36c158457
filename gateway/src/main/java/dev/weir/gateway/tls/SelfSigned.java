package dev.weir.gateway.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes the development certificate: P-256, for {@code localhost} and this machine's addresses (RFC 5280). */
final class SelfSigned {
    private static final Duration VALIDITY = Duration.ofDays(90);
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private SelfSigned() {}

    static ServerIdentity make(List<InetAddress> addresses, Instant now) {
        try {
            SecureRandom random = new SecureRandom();
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            byte[] body = body(pair, addresses, now, new BigInteger(126, random).setBit(126));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            signature.update(body);
            byte[] encoded = Der.sequence(body, algorithm(), Der.bits(signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new ServerIdentity(pair.getPrivate(), List.of(certificate));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a certificate", e);
        }
    }

    private static byte[] body(KeyPair pair, List<InetAddress> addresses, Instant now, BigInteger serial) {
        byte[] name = Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.utf8("Weir development"))));
        byte[] validity = Der.sequence(Der.time(now.minus(Duration.ofHours(1))), Der.time(now.plus(VALIDITY)));
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.identifier(SERVER_AUTHENTICATION))),
                extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names(addresses))));
        return Der.sequence(
                Der.context(0, true, Der.integer(BigInteger.TWO)),
                Der.integer(serial),
                algorithm(),
                name,
                validity,
                name,
                pair.getPublic().getEncoded(),
                Der.context(3, true, extensions));
    }

    private static byte[][] names(List<InetAddress> addresses) {
        List<byte[]> names = new ArrayList<>();
        names.add(Der.context(DNS_NAME, false, "localhost".getBytes(StandardCharsets.US_ASCII)));
        for (InetAddress address : addresses) {
            names.add(Der.context(IP_ADDRESS, false, address.getAddress()));
        }
        return names.toArray(new byte[0][]);
    }

    private static byte[] extension(String identifier, boolean critical, byte[] value) {
        byte[] name = Der.identifier(identifier);
        return critical ? Der.sequence(name, Der.bool(true), Der.octets(value)) : Der.sequence(name, Der.octets(value));
    }

    private static byte[] algorithm() {
        return Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
    }
}
