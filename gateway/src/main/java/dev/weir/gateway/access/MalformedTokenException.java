package dev.weir.gateway.access;

/** Says why credentials cannot be read; the message is fit for the client and holds nothing of them. */
public final class MalformedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedTokenException(String message) {
        super(message);
    }
}
