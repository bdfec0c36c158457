package dev.weir.connector.assemble;

import java.nio.ByteBuffer;

/**
 * Lets a later run continue exactly where an object started: {@link StreamAssembler#resume} with {@code state}, fed with
 * the stream's records from {@code offset} on, repeats the same events, byte for byte, from the frame on whose delivery the
 * checkpoint was taken. Keep it durably with the object that ended there (its manifest).
 *
 * @param offset the log offset to read from; committing a higher one loses frames
 * @param state opaque, some hundred bytes, read-only; a version byte comes first
 */
public record Checkpoint(long offset, ByteBuffer state) {
    /** Makes the state read-only. */
    public Checkpoint {
        state = state.isReadOnly() ? state : state.asReadOnlyBuffer();
    }
}
