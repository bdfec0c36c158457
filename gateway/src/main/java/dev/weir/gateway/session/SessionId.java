package dev.weir.gateway.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** Makes ids that cannot be guessed: whoever knows a session's URL may end it (RFC 9725 section 5). */
final class SessionId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionId() {}

    /** Returns 144 random bits as 24 characters that need no escape in a URL. */
    static String random() {
        byte[] bits = new byte[18];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** Returns 72 bits of a hash of {@code id}, as 12 characters: names a session without giving power over it. */
    static String publicOf(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 9));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
