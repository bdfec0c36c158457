package dev.weir.connector.restream.rtmp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Cuts messages into chunks (section 5.3), each message beginning with a whole header. Thread-safe. */
final class ChunkWriter {
    private static final int CHUNK_SIZE = 65_536;
    private static final int MAX_HEADER = 18;
    private static final long EXTENDED = 0xFF_FFFF;

    private final OutputStream out;
    private int chunkSize = 128;

    ChunkWriter(OutputStream out) {
        this.out = out;
    }

    /** Announces larger chunks and uses them. */
    synchronized void enlargeChunks() throws IOException {
        write(new RtmpMessage(
                RtmpMessage.SET_CHUNK_SIZE,
                0,
                0,
                ByteBuffer.allocate(Integer.BYTES).putInt(CHUNK_SIZE).flip()));
        chunkSize = CHUNK_SIZE;
    }

    synchronized void write(RtmpMessage message) throws IOException {
        ByteBuffer payload = message.payload().duplicate();
        int length = payload.remaining();
        int chunks = Math.max(1, (length + chunkSize - 1) / chunkSize);
        ByteBuffer bytes = ByteBuffer.allocate(length + chunks * MAX_HEADER);
        long timestamp = message.timestampMillis() & 0xFFFF_FFFFL;
        boolean extended = timestamp >= EXTENDED;
        bytes.put((byte) message.chunkStream());
        put24(bytes, extended ? EXTENDED : timestamp);
        put24(bytes, length);
        bytes.put((byte) message.type()).putInt(Integer.reverseBytes(message.streamId()));
        for (int i = 0; i < chunks; i++) {
            if (i > 0) {
                bytes.put((byte) (0xC0 | message.chunkStream()));
            }
            if (extended) {
                bytes.putInt((int) timestamp);
            }
            int part = Math.min(chunkSize, payload.remaining());
            bytes.put(payload.slice(payload.position(), part));
            payload.position(payload.position() + part);
        }
        out.write(bytes.array(), 0, bytes.position());
        out.flush();
    }

    private static void put24(ByteBuffer out, long value) {
        out.put((byte) (value >> 16)).putShort((short) value);
    }
}
