package dev.weir.webrtc.client;

/** Tells why a server could not be published to or viewed from: refused, unreachable, or not understood. */
public final class ClientException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    ClientException(String message, int status) {
        super(message);
        this.status = status;
    }

    ClientException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** Returns the HTTP status that the server answered with, 0 when it did not come to that. */
    public int status() {
        return status;
    }
}
