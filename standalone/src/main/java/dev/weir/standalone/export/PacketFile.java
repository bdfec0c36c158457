package dev.weir.standalone.export;

import dev.weir.schemas.LogPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A file of RTP packets with their times of arrival. Not thread-safe: one owner. */
public abstract class PacketFile {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MAX_RECORD_BYTES = 1 << 17;

    private final WritableByteChannel channel;

    /** Filled by the formats, in their own byte order. */
    protected final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

    PacketFile(WritableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Adds a packet as it was received.
     *
     * @param port what tells its track and layer apart from the others, an even UDP port
     */
    public final void add(LogPacket packet, int port) throws IOException {
        if (out.remaining() < MAX_RECORD_BYTES) {
            flush();
        }
        write(packet.toRtp(), port, packet.arrivalMicros());
    }

    abstract void write(ByteBuffer rtp, int port, long arrivalMicros);

    /** Writes what is still held. */
    public final void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }
}
