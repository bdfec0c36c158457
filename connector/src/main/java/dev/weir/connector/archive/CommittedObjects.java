package dev.weir.connector.archive;

import dev.weir.schemas.ArchiveObject;

/** Hears of every object that has become durable, on the writing thread. */
@FunctionalInterface
public interface CommittedObjects extends AutoCloseable {
    /** Hears of nothing. */
    CommittedObjects NOBODY = object -> {};

    /**
     * Called once the object and its manifest are durable and before the log is given up; again with the same content
     * when a run goes on behind the object, because the one before may have ended in between. While it blocks no further
     * object is written.
     */
    void tell(ArchiveObject object) throws InterruptedException;

    /** Gives up what it holds. Idempotent. */
    @Override
    default void close() {}
}
