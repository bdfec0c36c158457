package dev.weir.connector.restream.aac;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Takes AAC frames out of an ADTS stream (ISO/IEC 13818-7 section 6.2). One thread. */
final class AdtsReader {
    private static final int HEADER = 7;
    private static final int CRC = 2;

    private final DataInputStream in;

    AdtsReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /**
     * Waits for the next frame; empty at the end.
     *
     * @throws IOException when it is not ADTS
     */
    Optional<ByteBuffer> next() throws IOException {
        byte[] header = new byte[HEADER];
        try {
            in.readFully(header);
            if ((header[0] & 0xFF) != 0xFF || (header[1] & 0xF6) != 0xF0) {
                throw new IOException("the encoder's output is not ADTS");
            }
            int length = (header[3] & 3) << 11 | (header[4] & 0xFF) << 3 | (header[5] & 0xFF) >> 5;
            int skip = (header[1] & 1) == 0 ? CRC : 0;
            if (length < HEADER + skip) {
                throw new IOException("an ADTS frame of " + length + " bytes");
            }
            byte[] rest = new byte[length - HEADER];
            in.readFully(rest);
            return Optional.of(ByteBuffer.wrap(rest, skip, rest.length - skip).slice());
        } catch (EOFException end) {
            return Optional.empty();
        }
    }
}
