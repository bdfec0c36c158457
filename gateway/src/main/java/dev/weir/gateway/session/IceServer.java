package dev.weir.gateway.session;

/**
 * A STUN or TURN server that a client may use.
 *
 * @param uri {@code stun:}, {@code turn:} or {@code turns:} URI (RFC 7064, RFC 7065)
 * @param username of TURN, empty for STUN
 * @param credential password of TURN, empty for STUN
 */
public record IceServer(String uri, String username, String credential) {

    public IceServer {
        if (!uri.matches("(stuns?|turns?):[^\\s<>\",]+")) {
            throw new IllegalArgumentException("not a STUN or TURN URI: " + uri);
        }
    }

    /** Returns a server that needs no credentials. */
    public static IceServer stun(String uri) {
        return new IceServer(uri, "", "");
    }
}
