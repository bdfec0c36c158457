package dev.weir.connector.archive;

import dev.weir.connector.mux.Relocation;
import dev.weir.schemas.RelayBatch;
import java.io.IOException;

/** Archives one epoch of one stream: batches in, closed objects out, by what the log says alone. One thread. */
interface EpochRecording {
    long epoch();

    /** Returns whether the epoch is complete; what comes later is ignored. */
    boolean ended();

    /** Returns the heap that the growing object takes. */
    long openBytes();

    /** Returns the heap that the epoch takes: its growing object, and what waits for its turn. */
    long heldBytes();

    /** Moves the bytes of the growing object. */
    void relocate(Relocation elsewhere) throws IOException;

    /**
     * Takes the next record of the epoch.
     *
     * @param value the record's value, of which {@code batch} is the content; kept, not copied
     */
    void add(RelayBatch batch, long offset, byte[] value);

    /** Ends the epoch without an end-of-stream entry. */
    void end(String reason);

    /** Gives up without closing what is open: the log keeps it. */
    void abandon();
}
