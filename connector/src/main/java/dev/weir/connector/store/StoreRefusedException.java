package dev.weir.connector.store;

import java.io.IOException;

/** Says that the store refuses for a reason that only an operator can remove: credentials, rights, a missing bucket. */
public final class StoreRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception; {@code message} says what to do. */
    public StoreRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
