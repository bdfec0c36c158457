package dev.weir.connector.archive;

import dev.weir.connector.store.ObjectStore;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Archives the media log: records in, durable objects out, and for every partition the offset that may be committed.
 * After a crash at any point, a new writer that reads from the committed offsets completes the same objects with the
 * same bytes. All methods belong to one thread; objects are written on another.
 */
public final class ArchiveWriter implements AutoCloseable {
    private final ArchiveSettings settings;
    private final EpochHistory history;
    private final Uploader uploader;
    private final Map<LogPartition, Optional<PartitionArchive>> partitions = new HashMap<>();
    private long objectsSeen;
    private boolean pausing;
    private volatile long openBytes;

    /**
     * Creates a writer into {@code store}, which stays the caller's.
     *
     * @param uploads writes the objects; ends with this writer
     */
    public ArchiveWriter(ObjectStore store, ArchiveSettings settings, UploadThread uploads) {
        this(store, settings, uploads, CommittedObjects.NOBODY);
    }

    /** Creates a writer that tells {@code committed} of what has become durable. */
    public ArchiveWriter(
            ObjectStore store, ArchiveSettings settings, UploadThread uploads, CommittedObjects committed) {
        this.settings = settings;
        this.history = new EpochHistory(store);
        this.uploader = new Uploader(store, settings, history, uploads, committed);
    }

    /** Takes a partition over; its records follow. */
    public void open(LogPartition partition) {
        partitions.put(partition, Optional.empty());
        uploader.own(partition);
    }

    /** Gives a partition up, with all that is not durable; the log keeps it. */
    public void close(LogPartition partition) {
        uploader.disown(partition);
        partitions.remove(partition);
    }

    /**
     * Takes the next record of a partition. A record that was handled before, or that belongs to an epoch that is over,
     * is passed over.
     *
     * @throws MalformedRecordException when the value is not a batch of the media log; the record counts as handled
     * @throws IOException when the store cannot be read; give the same record again
     */
    public void add(LogPartition partition, long offset, byte[] value) throws MalformedRecordException, IOException {
        PartitionArchive archive = archive(partition, offset);
        if (archive.ledger().isHandled(offset)) {
            return;
        }
        RelayBatch batch;
        try {
            batch = RelayBatchCodec.decode(value);
        } catch (MalformedRecordException e) {
            archive.ledger().handled(offset);
            throw e;
        }
        archive.add(batch, offset, value);
        archive.ledger().handled(offset);
    }

    /** Passes a record over that cannot be one of ours. */
    public void skip(LogPartition partition, long offset) {
        archive(partition, offset).ledger().handled(offset);
    }

    private PartitionArchive archive(LogPartition partition, long offset) {
        Optional<PartitionArchive> known = partitions.getOrDefault(partition, Optional.empty());
        if (known.isPresent()) {
            return known.get();
        }
        PartitionArchive started =
                new PartitionArchive(partition, offset, settings, history, uploader::add, uploader::tellAgain);
        partitions.put(partition, Optional.of(started));
        return started;
    }

    /** Returns the offset to commit for every partition that has had a record. */
    public Map<LogPartition, Long> committable() {
        Map<LogPartition, Long> offsets = new HashMap<>();
        partitions.forEach((partition, archive) -> archive.ifPresent(
                started -> offsets.put(partition, started.ledger().committable())));
        return offsets;
    }

    /** Returns the size of the objects that are complete and not durable yet. */
    long pendingBytes() {
        return uploader.pendingBytes();
    }

    /** Returns what has been done so far; any thread. */
    public ArchiveCounters counters() {
        ArchiveCounters written = uploader.counters();
        return new ArchiveCounters(
                written.objects(),
                written.bytes(),
                written.retries(),
                written.gaps(),
                written.pendingBytes() + openBytes);
    }

    /** Returns whether an object became durable since the last call: a good moment to commit. */
    public boolean hasProgressed() {
        long objects = uploader.objects();
        boolean progressed = objects != objectsSeen;
        objectsSeen = objects;
        return progressed;
    }

    /**
     * Returns the partitions not to read from for now, because too much is in memory. While objects are growing too
     * large together, all but the fullest partition wait: it completes its objects and another one becomes the fullest.
     */
    public Set<LogPartition> toPause() {
        long allBytes = 0;
        long fullestBytes = -1;
        Optional<LogPartition> fullest = Optional.empty();
        for (Map.Entry<LogPartition, Optional<PartitionArchive>> entry : partitions.entrySet()) {
            long bytes = entry.getValue().map(PartitionArchive::openBytes).orElse(0L);
            allBytes += bytes;
            if (bytes > fullestBytes) {
                fullestBytes = bytes;
                fullest = Optional.of(entry.getKey());
            }
        }
        openBytes = allBytes;
        long pendingBytes = uploader.pendingBytes();
        long limit = settings.bufferBytes();
        pausing = pausing ? allBytes + pendingBytes > limit / 2 : allBytes + pendingBytes > limit;
        if (!pausing) {
            return Set.of();
        }
        Set<LogPartition> waiting = new HashSet<>(partitions.keySet());
        if (pendingBytes <= limit / 2) {
            fullest.ifPresent(waiting::remove);
        }
        return waiting;
    }

    /**
     * Tells whether writing has stopped for good.
     *
     * @throws ArchiveFailedException with what an operator has to do
     */
    public void check() throws ArchiveFailedException {
        Optional<ArchiveFailedException> failure = uploader.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Ends the writing thread; what is not durable stays in the log. Idempotent. */
    @Override
    public void close() {
        uploader.close();
    }
}
