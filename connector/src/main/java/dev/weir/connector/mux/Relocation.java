package dev.weir.connector.mux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A place outside of the heap that takes the bytes of frames over. */
public interface Relocation {
    /**
     * Takes bytes, position to limit, over.
     *
     * @param moved gets a read-only view of them where they lie from now on, once all bytes are taken over; never when that
     *     fails
     */
    void move(ByteBuffer bytes, Consumer<ByteBuffer> moved) throws IOException;
}
