package dev.weir.connector.archive;

import dev.weir.connector.store.ObjectStore;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private static final int RECORDS_PER_LOOK = 64;

    private final ArchiveSettings settings;
    private final EpochHistory history;
    private final Uploader uploader;
    private final Map<LogPartition, Optional<PartitionArchive>> partitions = new HashMap<>();
    private final HeapBudget heap;
    private long objectsSeen;
    private int recordsSinceLook;
    private boolean pausing;
    private volatile long heldBytes;

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
        this.heap = new HeapBudget(settings.bufferBytes(), settings.spillFolder());
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
        if (++recordsSinceLook >= RECORDS_PER_LOOK) {
            relieveHeap();
        }
    }

    /** Looks at what is held on the heap, and moves it into files if that is too much. */
    private void relieveHeap() {
        recordsSinceLook = 0;
        long held = sumHeldBytes();
        if (heap.isExceededBy(held + uploader.heapBytes())) {
            heap.relieve(partitions.values().stream()
                    .flatMap(Optional::stream)
                    .flatMap(archive -> archive.epochs().stream())
                    .toList());
            held = sumHeldBytes();
        }
        heldBytes = held;
    }

    private long sumHeldBytes() {
        long sum = 0;
        for (Optional<PartitionArchive> archive : partitions.values()) {
            sum += archive.map(PartitionArchive::heldBytes).orElse(0L);
        }
        return sum;
    }

    private void closed(ClosedSegment segment) {
        ByteBuffer content = segment.content();
        boolean fits = !heap.isExceededBy(heldBytes + uploader.heapBytes() + content.remaining());
        uploader.add(fits ? segment : segment.withContent(heap.move(content)));
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
                new PartitionArchive(partition, offset, settings, history, this::closed, uploader::tellAgain);
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
        return uploader.counters(heldBytes, heap.spilledBytes());
    }

    /** Returns whether an object became durable since the last call: a good moment to commit. */
    public boolean hasProgressed() {
        long objects = uploader.objects();
        boolean progressed = objects != objectsSeen;
        objectsSeen = objects;
        return progressed;
    }

    /**
     * Returns the partitions not to read from for now, because too much waits to be written. While growing objects are too
     * large together and no file takes them over, all but the fullest partition wait: it completes its objects and another
     * one becomes the fullest.
     */
    public Set<LogPartition> toPause() {
        relieveHeap();
        long fullestBytes = -1;
        Optional<LogPartition> fullest = Optional.empty();
        for (Map.Entry<LogPartition, Optional<PartitionArchive>> entry : partitions.entrySet()) {
            long bytes = entry.getValue().map(PartitionArchive::heldBytes).orElse(0L);
            if (bytes > fullestBytes) {
                fullestBytes = bytes;
                fullest = Optional.of(entry.getKey());
            }
        }
        long pendingBytes = uploader.pendingBytes();
        long limit = settings.bufferBytes();
        pausing = heldBytes + pendingBytes > (pausing ? limit / 2 : limit);
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
