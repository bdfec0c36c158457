package dev.weir.gateway.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys in text form (RFC 7468), keys also in the older forms of OpenSSL. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final byte[] RSA = Der.sequence(Der.identifier("1.2.840.113549.1.1.1"), Der.nothing());
    private static final String EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    private static final int OBJECT_IDENTIFIER = 0x06;

    private Pem() {}

    static List<X509Certificate> certificates(String text) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decode(block))));
            }
        }
        return found;
    }

    /** Returns the first private key in {@code text}. */
    static PrivateKey privateKey(String text) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return pkcs8(decode(block));
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(wrap(RSA, decode(block)));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] key = decode(block);
                    return pkcs8(wrap(Der.sequence(Der.identifier(EC_PUBLIC_KEY), curve(key)), key));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new InvalidKeySpecException(
                            "the private key is encrypted; decrypt it, or use a PKCS#12 file with a password");
                default -> {}
            }
        }
        throw new InvalidKeySpecException("no private key in it");
    }

    private static byte[] decode(Matcher block) throws CertificateException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("not Base64 between BEGIN and END", e);
        }
    }

    private static PrivateKey pkcs8(byte[] encoded) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
        for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // Another kind of key then.
            }
        }
        throw new InvalidKeySpecException("neither an EC nor an RSA nor an Ed25519 key");
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octets(key));
    }

    /** Finds the curve's identifier, the first one in the key (RFC 5915 section 3). */
    private static byte[] curve(byte[] key) throws InvalidKeySpecException {
        // SEQUENCE { INTEGER 1, OCTET STRING key, [0] { OBJECT IDENTIFIER curve } …
        int sequence = (key.length > 1 && (key[1] & 0xFF) == 0x81) ? 3 : 2;
        int octets = sequence + 3;
        if (octets + 1 < key.length) {
            int curve = octets + 2 + key[octets + 1] + 2;
            if (key[octets + 1] > 0 && curve + 1 < key.length && key[curve] == OBJECT_IDENTIFIER) {
                int end = curve + 2 + key[curve + 1];
                if (key[curve + 1] > 0 && end <= key.length) {
                    return Arrays.copyOfRange(key, curve, end);
                }
            }
        }
        throw new InvalidKeySpecException("an EC key without its curve; convert it with openssl pkcs8 -topk8 -nocrypt");
    }
}
