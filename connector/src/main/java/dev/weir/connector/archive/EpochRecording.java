package dev.weir.connector.archive;

import dev.weir.schemas.RelayBatch;

/** Archives one epoch of one stream: batches in, closed objects out, by what the log says alone. One thread. */
interface EpochRecording {
    long epoch();

    /** Returns whether the epoch is complete; what comes later is ignored. */
    boolean ended();

    /** Returns the memory held by the object that is growing. */
    long openBytes();

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
