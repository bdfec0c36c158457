package dev.weir.connector.store;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import software.amazon.awssdk.core.sync.RequestBody;

/** Reads a buffer from position to limit; what the SDK makes of a buffer by itself is a copy. One thread. */
final class BufferBody extends InputStream {
    private final ByteBuffer rest;

    private BufferBody(ByteBuffer rest) {
        this.rest = rest;
    }

    /** Returns the body of a request, which may be read several times; {@code content} does not move. */
    static RequestBody of(ByteBuffer content) {
        return RequestBody.fromContentProvider(
                () -> new BufferBody(content.duplicate()), content.remaining(), "application/octet-stream");
    }

    @Override
    public int read() {
        return rest.hasRemaining() ? rest.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length > 0 && !rest.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, rest.remaining());
        rest.get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        return rest.remaining();
    }
}
