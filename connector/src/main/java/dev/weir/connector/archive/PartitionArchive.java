package dev.weir.connector.archive;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.RelayBatch;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Archives one partition: one {@link EpochRecording} per live stream. One thread. */
final class PartitionArchive {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionArchive.class);

    /** Ended streams whose epoch is remembered; one that is forgotten is looked up in the store. */
    private static final int ENDED_REMEMBERED = 10_000;

    private final LogPartition source;
    private final ArchiveSettings settings;
    private final EpochHistory history;
    private final Consumer<ClosedSegment> closed;
    private final Consumer<ArchiveObject> found;
    private final OffsetLedger ledger;
    private final PartitionClock clock = new PartitionClock();
    private final Map<String, Live> live = new LinkedHashMap<>();
    private final Map<String, Long> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > ENDED_REMEMBERED;
        }
    };

    private static final class Live {
        private final EpochRecording archive;
        private long seenMicros;

        Live(EpochRecording archive) {
            this.archive = archive;
        }
    }

    /**
     * Starts with the record at {@code firstOffset}.
     *
     * @param closed takes complete objects
     * @param found hears of the durable object that an epoch goes on behind
     */
    PartitionArchive(
            LogPartition source,
            long firstOffset,
            ArchiveSettings settings,
            EpochHistory history,
            Consumer<ClosedSegment> closed,
            Consumer<ArchiveObject> found) {
        this.source = source;
        this.settings = settings;
        this.history = history;
        this.closed = closed;
        this.found = found;
        this.ledger = new OffsetLedger(firstOffset);
    }

    OffsetLedger ledger() {
        return ledger;
    }

    /** Returns the heap that the streams take. */
    long heldBytes() {
        long sum = 0;
        for (Live stream : live.values()) {
            sum += stream.archive.heldBytes();
        }
        return sum;
    }

    /** Returns the epochs that are being archived. */
    List<EpochRecording> epochs() {
        return live.values().stream().map(stream -> stream.archive).toList();
    }

    /**
     * Takes the next record.
     *
     * @param value the record's value, of which {@code batch} is the content
     * @throws IOException when the store cannot be read; nothing has changed, give the same record again
     */
    void add(RelayBatch batch, long offset, byte[] value) throws IOException {
        Optional<Live> stream = streamOf(batch, offset);
        long nowMicros = clock.advance(batch.streamId(), batch.firstArrivalMicros());
        if (stream.isPresent()) {
            Live found = stream.get();
            found.seenMicros = nowMicros;
            try {
                found.archive.add(batch, offset, value);
            } catch (RuntimeException e) {
                LOG.error(
                        "stream={} epoch={} offset={} cannot be archived, leaving the epoch; the log keeps it",
                        batch.streamId(),
                        batch.epoch(),
                        offset,
                        e);
                found.archive.abandon();
            }
            forgetIfEnded(batch.streamId(), found.archive);
        }
        endSilent(nowMicros);
    }

    /** Returns where the batch goes; empty = nowhere, its epoch is over. */
    private Optional<Live> streamOf(RelayBatch batch, long offset) throws IOException {
        String streamId = batch.streamId();
        Live known = live.get(streamId);
        if (known != null && known.archive.epoch() >= batch.epoch()) {
            return known.archive.epoch() == batch.epoch() ? Optional.of(known) : Optional.empty();
        }
        Long over = ended.get(streamId);
        if (over != null && over >= batch.epoch()) {
            return Optional.empty();
        }
        String folder = ArchiveKeys.streamFolder(settings.prefix(), streamId);
        OptionalLong highest = history.highestEpoch(folder);
        if (highest.isPresent() && highest.getAsLong() > batch.epoch()) {
            ended.put(streamId, highest.getAsLong() - 1);
            return Optional.empty();
        }
        String epochFolder = ArchiveKeys.epochFolder(settings.prefix(), streamId, batch.epoch());
        Optional<Manifest> last = history.last(epochFolder);
        if (last.isPresent()) {
            found.accept(last.get().announced(epochFolder));
        }
        if (known != null) {
            end(streamId, known.archive, "superseded");
        }
        Live started = new Live(
                settings.packaging().keepsRecords()
                        ? new LogCopy(batch, offset, source, settings, last, ledger, closed)
                        : new EpochArchive(batch, offset, source, settings, last, ledger, closed));
        live.put(streamId, started);
        LOG.info(
                "stream={} epoch={} partition={} offset={} {}",
                streamId,
                batch.epoch(),
                source.partition(),
                offset,
                last.isPresent() ? "goes on behind " + last.get().object() : "begins");
        return Optional.of(started);
    }

    private void endSilent(long nowMicros) {
        long silenceMicros = settings.silence().toNanos() / 1000;
        Map<String, EpochRecording> over = new HashMap<>();
        live.forEach((streamId, stream) -> {
            if (nowMicros - stream.seenMicros >= silenceMicros) {
                over.put(streamId, stream.archive);
            }
        });
        over.forEach((streamId, archive) -> {
            LOG.warn("stream={} epoch={} silent for {}, ending it", streamId, archive.epoch(), settings.silence());
            end(streamId, archive, "publisher-silent");
        });
    }

    private void end(String streamId, EpochRecording archive, String reason) {
        try {
            archive.end(reason);
        } catch (RuntimeException e) {
            LOG.error("stream={} epoch={} cannot be ended, leaving it", streamId, archive.epoch(), e);
            archive.abandon();
        }
        forgetIfEnded(streamId, archive);
    }

    private void forgetIfEnded(String streamId, EpochRecording archive) {
        if (archive.ended()) {
            live.remove(streamId);
            ended.put(streamId, archive.epoch());
            clock.forget(streamId);
        }
    }
}
