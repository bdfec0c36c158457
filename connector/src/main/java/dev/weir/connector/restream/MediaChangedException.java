package dev.weir.connector.restream;

import java.io.IOException;

/** Says that the protocol needs a new connection for the media that comes now; that is no failure. */
public final class MediaChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates it with a reason for the log. */
    public MediaChangedException(String message) {
        super(message);
    }
}
