package dev.weir.connector.archive;

/** Says that archiving stopped for a reason that an operator must remove; the message tells which. */
public final class ArchiveFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ArchiveFailedException(String message) {
        super(message);
    }

    ArchiveFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
