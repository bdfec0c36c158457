package dev.weir.gateway.session;

import java.security.SecureRandom;
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
}
