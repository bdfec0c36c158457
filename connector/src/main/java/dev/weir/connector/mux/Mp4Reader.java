package dev.weir.connector.mux;

import java.nio.ByteBuffer;

/**
 * Reads back the fragmented MP4 that we write (ISO/IEC 14496-12), strictly: every byte must belong to a known box, every
 * sample must lie in an mdat, decode times must not go back.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Mp4Reader {
    private Mp4Reader() {}

    /**
     * Reads a whole file; {@code file} does not move.
     *
     * @throws MalformedMediaException when anything is not as we write it
     */
    public static MediaFile read(ByteBuffer file) throws MalformedMediaException {
        throw new UnsupportedOperationException("soon");
    }
}
