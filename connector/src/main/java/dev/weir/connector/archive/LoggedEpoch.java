package dev.weir.connector.archive;

import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the log says must be in the archive of one epoch: a digest of every frame, by track, or of every record when the
 * archive keeps records. One thread.
 */
final class LoggedEpoch {
    /** Stands for the track of records. */
    static final int RECORDS = 0;

    private static final int DIGEST_DIGITS = 16;

    private final long epoch;
    private final boolean records;
    private final RelayBatchCodec codec = new RelayBatchCodec();
    private final StreamAssembler assembler;
    private final Map<Integer, List<Long>> frames = new TreeMap<>();
    private final long firstBatch;
    private long nextBatch;
    private long packets;
    private long missingBatches;
    private boolean ended;
    private boolean cutShort;

    LoggedEpoch(RelayBatch first, ArchiveSettings settings) {
        this.epoch = first.epoch();
        this.assembler = new StreamAssembler(first.streamId(), epoch, settings.assemble());
        this.records = settings.packaging().keepsRecords();
        this.firstBatch = first.batchNumber();
        this.nextBatch = firstBatch;
    }

    void add(RelayBatch batch, long offset) {
        missingBatches += Math.max(0, batch.batchNumber() - nextBatch);
        nextBatch = Math.max(nextBatch, batch.batchNumber() + 1);
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof LogPacket) {
                packets++;
            }
            cutShort |= entry instanceof Gap gap && gap.packets() == 0;
        }
        if (records) {
            take(RECORDS, ByteBuffer.wrap(codec.encode(batch)));
        } else {
            assembler.add(batch, offset, this::take);
        }
        ended |= batch.ends();
    }

    /** Ends an epoch that has no end in the log. */
    void supersede() {
        ended = true;
        cutShort = true;
        assembler.end("superseded", this::take);
    }

    private void take(AssembledEvent event) {
        if (event instanceof FrameReady ready) {
            take(ready.frame().trackIndex(), ready.frame().data());
        }
    }

    private void take(int track, ByteBuffer data) {
        frames.computeIfAbsent(track, index -> new ArrayList<>()).add(digest(data));
    }

    /** Returns the first 64 bits of the SHA-256 of {@code data}, which does not move. */
    static long digest(ByteBuffer data) {
        return Long.parseUnsignedLong(Sha256.of(data).substring(0, DIGEST_DIGITS), 16);
    }

    long epoch() {
        return epoch;
    }

    /** Returns the digests of the frames that the log has completed so far by track, or of its records. */
    Map<Integer, List<Long>> frames() {
        return frames;
    }

    long packets() {
        return packets;
    }

    /** Returns the records that the log should hold between those that it holds. */
    long missingBatches() {
        return missingBatches;
    }

    /** Returns whether Kafka has deleted the beginning. */
    boolean isTruncated() {
        return firstBatch > 0;
    }

    /** Returns whether its gateway died: what had arrived behind the last packet is not known. */
    boolean isCutShort() {
        return cutShort;
    }

    /** Returns whether the epoch is complete in the log. */
    boolean ended() {
        return ended;
    }
}
