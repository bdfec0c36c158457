package dev.weir.standalone.journal;

import java.io.IOException;

/** Says that the schema registry, whose ids stand in front of the records, does not answer. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RegistryException(IOException cause) {
        super(cause);
    }
}
