package dev.weir.probe;

/** A failure that its message explains to the user in one line; shown without a stack trace. */
final class ProbeException extends Exception {
    private static final long serialVersionUID = 1L;

    ProbeException(String message) {
        super(message);
    }

    ProbeException(String message, Throwable cause) {
        super(message, cause);
    }
}
