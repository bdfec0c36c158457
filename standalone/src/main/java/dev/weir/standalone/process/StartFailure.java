package dev.weir.standalone.process;

/** Tells in one line, for the person at the terminal, why Weir cannot start and what to do. */
public final class StartFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Takes the line to show. */
    public StartFailure(String line) {
        super(line);
    }

    /** Takes the line to show; {@code cause} goes to the log only. */
    public StartFailure(String line, Throwable cause) {
        super(line, cause);
    }
}
