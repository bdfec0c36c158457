package dev.weir.connector.archive;

import dev.weir.connector.archive.Manifest.Next;
import dev.weir.schemas.RelayBatch;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The chain of objects that an epoch becomes: where an earlier run left it, which records still matter, how the next object
 * is named, and what of the log is needed until it is durable. One thread.
 */
final class EpochObjects {
    private final String streamId;
    private final long epoch;
    private final LogPartition source;
    private final String folder;
    private final ArchiveSettings settings;
    private final OffsetLedger ledger;
    private final Consumer<ClosedSegment> closed;
    private final Optional<Next> next;
    private final long resumeOffset;
    private long namedMicros = -1;
    private OffsetLedger.Pin pin;
    private boolean ended;

    /**
     * Starts an epoch with its first record at {@code offset}, or goes on behind the object that {@code last} describes.
     *
     * @param closed takes the objects in order
     */
    EpochObjects(
            RelayBatch first,
            long offset,
            LogPartition source,
            ArchiveSettings settings,
            Optional<Manifest> last,
            OffsetLedger ledger,
            Consumer<ClosedSegment> closed) {
        this.streamId = first.streamId();
        this.epoch = first.epoch();
        this.source = source;
        this.folder = ArchiveKeys.epochFolder(settings.prefix(), streamId, epoch);
        this.settings = settings;
        this.ledger = ledger;
        this.closed = closed;
        this.next = last.flatMap(Manifest::next);
        if (next.isPresent()) {
            resumeOffset = next.get().offset();
            namedMicros = last.get().firstPtsMicros();
        } else {
            resumeOffset = offset;
            ended = last.isPresent();
        }
        pin = ledger.pin(resumeOffset);
        if (ended) {
            pin.release();
        }
    }

    String streamId() {
        return streamId;
    }

    long epoch() {
        return epoch;
    }

    LogPartition source() {
        return source;
    }

    /** Returns the epoch's folder, with a slash at its end. */
    String folder() {
        return folder;
    }

    ArchiveSettings settings() {
        return settings;
    }

    /** Returns what an earlier run left for the object to go on with; empty = the epoch begins, or is over. */
    Optional<Next> next() {
        return next;
    }

    /** Returns whether the epoch is complete. */
    boolean ended() {
        return ended;
    }

    /** Returns whether the record at {@code offset} is to be archived. */
    boolean takes(long offset) {
        return !ended && offset >= resumeOffset;
    }

    /** Returns the name of an object whose media starts at {@code ptsMicros}: no earlier than that, and of its own. */
    long name(long ptsMicros) {
        namedMicros = Math.max(ptsMicros, namedMicros + 1);
        return namedMicros;
    }

    /** Returns the key of an object, without extension. */
    String key(KeyFacts facts) {
        return settings.prefix() + settings.keys().key(facts);
    }

    /** Returns the need of the log that the object which is opened now has. */
    OffsetLedger.Pin pin() {
        return pin;
    }

    /** Pins the log from {@code offset} on for the object that is opened next. */
    void pinFrom(long offset) {
        pin = ledger.pin(offset);
    }

    /** Hands a complete object over. */
    void close(ClosedSegment segment) {
        closed.accept(segment);
    }

    /**
     * Ends the epoch.
     *
     * @param open whether an object is open, which keeps the pin
     */
    void end(boolean open) {
        ended = true;
        if (!open) {
            pin.release();
        }
    }
}
