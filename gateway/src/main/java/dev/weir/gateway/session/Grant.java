package dev.weir.gateway.session;

import dev.weir.gateway.relay.StreamId;

/**
 * Allows one thing on the streams that a pattern names.
 *
 * @param permission what is allowed
 * @param streams a stream id in which every {@code *} stands for any number of characters
 */
public record Grant(Permission permission, String streams) {
    private static final int MAX_PATTERN = 256;

    public Grant {
        String letters = streams.replace("*", "");
        boolean legal = !streams.isEmpty() && streams.length() <= MAX_PATTERN && StreamId.isValid("x" + letters);
        if (!legal) {
            throw new IllegalArgumentException("not a pattern of stream ids: " + streams);
        }
    }

    /**
     * Reads {@code permission:pattern}, or a permission alone, which is one on every stream.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static Grant parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        for (Permission permission : Permission.values()) {
            if (permission.word().equals(word)) {
                return new Grant(permission, colon < 0 ? "*" : text.substring(colon + 1));
            }
        }
        throw new IllegalArgumentException(
                "not a grant (publish, view, list, admin or takeover, then :PATTERN): " + text);
    }

    /** Returns the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return permission.word() + ':' + streams;
    }

    /** Returns a grant on every stream. */
    public static Grant onAll(Permission permission) {
        return new Grant(permission, "*");
    }

    /** Returns whether this grant is about {@code streamId}. */
    public boolean covers(String streamId) {
        return matches(streams, streamId);
    }

    /** Goes back to the last star only, so the time is bounded by the product of the lengths. */
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
