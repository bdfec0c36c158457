package dev.weir.connector.mux;

import java.nio.ByteBuffer;

/** Reads back the WebM and Matroska that we write (RFC 9559), strictly: every byte must belong to a known element. */
@SuppressWarnings("DoNotCallSuggester")
public final class WebmReader {
    private WebmReader() {}

    /**
     * Reads a whole file; {@code file} does not move.
     *
     * @throws MalformedMediaException when anything is not as we write it
     */
    public static MediaFile read(ByteBuffer file) throws MalformedMediaException {
        throw new UnsupportedOperationException("soon");
    }
}
