package dev.weir.webrtc.ice;

import java.security.SecureRandom;

/**
 * Holds one side's short-term credentials of an ICE session (RFC 8445 section 5.3).
 *
 * @param ufrag user name fragment, 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars
 */
public record IceCredentials(String ufrag, String password) {
    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final SecureRandom RANDOM = new SecureRandom();

    public IceCredentials {
        check("ice-ufrag", ufrag, 4);
        check("ice-pwd", password, 22);
    }

    /** Returns fresh credentials: 96 random bits of ufrag, so that it can route datagrams, and 192 of password. */
    public static IceCredentials random() {
        return new IceCredentials(randomChars(16), randomChars(32));
    }

    private static String randomChars(int length) {
        byte[] bits = new byte[length];
        RANDOM.nextBytes(bits);
        StringBuilder chars = new StringBuilder(length);
        for (byte b : bits) {
            chars.append(ICE_CHARS.charAt(b & 63));
        }
        return chars.toString();
    }

    private static void check(String name, String value, int minimum) {
        if (value.length() < minimum || value.length() > 256) {
            throw new IllegalArgumentException(name + " must have " + minimum + " to 256 characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // RFC 8445 allows ice-chars only; some clients use '-' and '_' too, which do no harm.
            if (ICE_CHARS.indexOf(c) < 0 && c != '-' && c != '_') {
                throw new IllegalArgumentException(name + " has a character that is not allowed");
            }
        }
    }

    @Override
    public String toString() {
        return "IceCredentials[ufrag=" + ufrag + "]";
    }
}
