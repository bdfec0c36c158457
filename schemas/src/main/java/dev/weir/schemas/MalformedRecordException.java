package dev.weir.schemas;

/** Says that bytes are not a {@link RelayBatch}; the message tells what is wrong, in words for an operator. */
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with the reason. */
    public MalformedRecordException(String message) {
        super(message);
    }

    /** Creates the exception with the reason and its cause. */
    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
