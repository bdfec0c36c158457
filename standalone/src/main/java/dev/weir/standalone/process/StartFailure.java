package dev.weir.standalone.process;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Tells in one line, for the person at the terminal, why Weir cannot start and what to do. */
public final class StartFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Takes the line to show. */
    public StartFailure(String line) {
        super(line);
    }

    /** Tells that a file cannot be read, and why: an exception's message may be nothing but the file's name. */
    public static StartFailure unreadable(Path file, Exception cause) {
        if (cause instanceof NoSuchFileException) {
            return new StartFailure("there is no file " + file, cause);
        }
        String why = cause instanceof AccessDeniedException ? "permission denied" : String.valueOf(cause.getMessage());
        return new StartFailure("cannot read " + file + ": " + why, cause);
    }

    /** Takes the line to show; {@code cause} goes to the log only. */
    public StartFailure(String line, Throwable cause) {
        super(line, cause);
    }
}
