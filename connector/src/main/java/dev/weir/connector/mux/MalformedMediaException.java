package dev.weir.connector.mux;

/** Says that bytes are not a whole media file of ours, where and why. */
public final class MalformedMediaException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a readable reason. */
    public MalformedMediaException(String message) {
        super(message);
    }
}
