package dev.weir.gateway.relay;

/** Knows which stream ids are permitted: {@code [A-Za-z0-9._~-]{1,128}}, which need no escape in a URL. */
public final class StreamId {
    private static final int MAX_LENGTH = 128;

    private StreamId() {}

    /** Tells whether {@code id} may name a stream. */
    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH || id.equals(".") || id.equals("..")) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean ok = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '~'
                    || c == '-';
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    static String check(String id) {
        if (!isValid(id)) {
            throw new IllegalArgumentException("not a stream id ([A-Za-z0-9._~-]{1,128}): " + id);
        }
        return id;
    }
}
