package dev.weir.webrtc.dtls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Computes and compares certificate fingerprints (RFC 8122 section 5). SHA-256 and stronger only. */
final class Fingerprint {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private Fingerprint() {}

    static String sha256(byte[] certificate) {
        return "sha-256 " + hash("SHA-256", certificate);
    }

    /** Returns whether {@code certificate} has the fingerprint {@code expected}, the value of an {@code a=fingerprint}. */
    static boolean matches(String expected, byte[] certificate) {
        String[] parts = expected.strip().split("\\s+", 2);
        if (parts.length != 2) {
            return false;
        }
        String algorithm = parts[0].toUpperCase(Locale.ROOT);
        if (!algorithm.equals("SHA-256") && !algorithm.equals("SHA-384") && !algorithm.equals("SHA-512")) {
            return false;
        }
        return MessageDigest.isEqual(
                hash(algorithm, certificate).getBytes(StandardCharsets.US_ASCII),
                parts[1].strip().toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(String algorithm, byte[] certificate) {
        try {
            return COLONS.formatHex(MessageDigest.getInstance(algorithm).digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
