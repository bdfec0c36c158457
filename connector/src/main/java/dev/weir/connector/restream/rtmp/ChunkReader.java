package dev.weir.connector.restream.rtmp;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Puts messages together from chunks (section 5.3). One thread. */
final class ChunkReader {
    private static final int MAX_MESSAGE = 1 << 20;
    private static final int EXTENDED = 0xFF_FFFF;

    private final DataInputStream in;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private int chunkSize = 128;
    private long received;

    private static final class Stream {
        private int timestamp;
        private int length;
        private int type;
        private int streamId;
        private boolean extended;
        private ByteBuffer open = ByteBuffer.allocate(0);
        private boolean isOpen;
    }

    ChunkReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** Returns the bytes received so far, roughly: for acknowledgements. */
    long received() {
        return received;
    }

    /** Waits for the next message; changes of the chunk size are applied too. */
    RtmpMessage next() throws IOException {
        while (true) {
            int basic = in.readUnsignedByte();
            int id = basic & 0x3F;
            if (id == 0) {
                id = in.readUnsignedByte() + 64;
            } else if (id == 1) {
                id = in.readUnsignedByte() + 64 + in.readUnsignedByte() * 256;
            }
            Stream stream = streams.computeIfAbsent(id, any -> new Stream());
            header(stream, basic >> 6);
            int part = Math.min(chunkSize, stream.open.remaining());
            in.readFully(stream.open.array(), stream.open.position(), part);
            stream.open.position(stream.open.position() + part);
            received += part + 12L;
            if (!stream.open.hasRemaining()) {
                stream.isOpen = false;
                RtmpMessage message =
                        new RtmpMessage(stream.type, stream.streamId, stream.timestamp, stream.open.flip());
                if (message.type() == RtmpMessage.SET_CHUNK_SIZE
                        && message.payload().remaining() >= Integer.BYTES) {
                    int wanted = message.payload().getInt(0) & 0x7FFF_FFFF;
                    if (wanted < 1) {
                        throw new IOException("the server announced chunks of " + wanted + " bytes");
                    }
                    chunkSize = Math.min(wanted, MAX_MESSAGE);
                }
                return message;
            }
        }
    }

    private void header(Stream stream, int format) throws IOException {
        int timestamp = 0;
        if (format < 3) {
            timestamp = read24();
            stream.extended = timestamp == EXTENDED;
        }
        if (format < 2) {
            stream.length = read24();
            stream.type = in.readUnsignedByte();
        }
        if (format == 0) {
            stream.streamId = Integer.reverseBytes(in.readInt());
        }
        if (stream.extended) {
            timestamp = in.readInt();
        }
        if (!stream.isOpen) {
            if (stream.length > MAX_MESSAGE) {
                throw new IOException("the server sent a message of " + stream.length + " bytes");
            }
            stream.timestamp = format == 0 ? timestamp : stream.timestamp + timestamp;
            stream.open = ByteBuffer.allocate(stream.length);
            stream.isOpen = true;
        }
    }

    private int read24() throws IOException {
        return in.readUnsignedByte() << 16 | in.readUnsignedShort();
    }
}
