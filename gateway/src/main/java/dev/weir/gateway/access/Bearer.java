package dev.weir.gateway.access;

import java.util.Collection;
import java.util.Iterator;
import java.util.Optional;

/** Reads the token of a request (RFC 6750 section 2.1). */
public final class Bearer {
    /** Longest token that is looked at, in characters. */
    public static final int MAX_LENGTH = 8 * 1024;

    private static final String SCHEME = "Bearer ";

    private Bearer() {}

    /**
     * Returns the token in the {@code Authorization} headers of one request; empty when there is no such header.
     *
     * @throws MalformedTokenException when there are several headers, another scheme, or characters no token has
     */
    public static Optional<String> parse(Collection<String> headers) throws MalformedTokenException {
        Iterator<String> each = headers.iterator();
        if (!each.hasNext()) {
            return Optional.empty();
        }
        String header = each.next().strip();
        if (each.hasNext()) {
            throw new MalformedTokenException("there is more than one Authorization header");
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new MalformedTokenException("the scheme of Authorization must be Bearer");
        }
        return Optional.of(check(header.substring(SCHEME.length()).strip()));
    }

    /**
     * Returns {@code token} if it has the form of one ({@code b64token}).
     *
     * @throws MalformedTokenException when it is empty, too long, or has characters no token has
     */
    public static String check(String token) throws MalformedTokenException {
        if (token.isEmpty() || token.length() > MAX_LENGTH) {
            throw new MalformedTokenException("a token has 1 to " + MAX_LENGTH + " characters");
        }
        int end = token.length();
        while (end > 0 && token.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (!isTokenCharacter(token.charAt(i))) {
                throw new MalformedTokenException("the token has characters that no token has");
            }
        }
        return token;
    }

    private static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~+/".indexOf(c) >= 0;
    }
}
