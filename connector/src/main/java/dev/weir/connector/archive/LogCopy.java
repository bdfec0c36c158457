package dev.weir.connector.archive;

import dev.weir.connector.archive.Manifest.Next;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.mux.AvroContainer;
import dev.weir.connector.mux.FragmentRange;
import dev.weir.connector.mux.Relocation;
import dev.weir.connector.store.Sha256;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.TrackConfiguration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Copies the records of one epoch as they are into Avro container files. Media time is that of arrival. Objects are cut
 * before a record in which a keyframe starts (any record of a stream without video).
 */
final class LogCopy implements EpochRecording {
    private static final FragmentRange NO_RANGE = new FragmentRange(0, 0, 0);

    private final String streamId;
    private final long epoch;
    private final LogPartition source;
    private final String folder;
    private final ArchiveSettings settings;
    private final SegmentLimits limits;
    private final OffsetLedger ledger;
    private final Consumer<ClosedSegment> closed;
    private final long resumeOffset;
    private long startMicros;
    private boolean video;
    private long namedMicros = -1;
    private OffsetLedger.Pin pin;
    private Optional<Open> open = Optional.empty();
    private boolean ended;

    /** Starts an epoch with its first record at {@code offset}, or goes on behind the object that {@code last} describes. */
    LogCopy(
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
        this.limits = new SegmentLimits(settings);
        this.ledger = ledger;
        this.closed = closed;
        Optional<Next> next = last.flatMap(Manifest::next);
        if (next.isPresent()) {
            ByteBuffer state = next.get().state();
            startMicros = state.getLong(state.position());
            video = state.get(state.position() + Long.BYTES) != 0;
            resumeOffset = next.get().offset();
            namedMicros = last.get().firstPtsMicros();
        } else {
            startMicros = first.firstArrivalMicros();
            resumeOffset = offset;
            ended = last.isPresent();
        }
        pin = ledger.pin(resumeOffset);
        if (ended) {
            pin.release();
        }
    }

    /** The object that is growing. */
    private final class Open {
        private final LogCopyFile file;
        private final List<GapFound> gaps = new ArrayList<>();
        private final OffsetLedger.Pin pin;
        private final long ptsMicros;
        private final long firstOffset;
        private final long firstArrivalMicros;
        private long lastOffset;
        private long lastArrivalMicros;

        Open(RelayBatch first, long offset, OffsetLedger.Pin pin, long ptsMicros) {
            this.file = new LogCopyFile(streamId, epoch, source, offset);
            this.pin = pin;
            this.ptsMicros = ptsMicros;
            this.firstOffset = offset;
            this.firstArrivalMicros = first.firstArrivalMicros();
            this.lastArrivalMicros = firstArrivalMicros;
        }

        void add(RelayBatch batch, long offset, byte[] value) {
            file.add(batch, value);
            lastOffset = offset;
            lastArrivalMicros = Math.max(lastArrivalMicros, batch.firstArrivalMicros());
            for (LogEntry entry : batch.entries()) {
                if (entry instanceof Gap gap) {
                    gaps.add(new GapFound(
                            gap.trackIndex(),
                            ptsOf(gap.fromArrivalMicros()),
                            ptsOf(gap.toArrivalMicros()),
                            gap.packets(),
                            gap.reason()));
                }
            }
        }

        ClosedSegment close(Optional<Next> next) {
            KeyFacts facts =
                    new KeyFacts(streamId, epoch, source.partition(), firstOffset, ptsMicros, firstArrivalMicros);
            String key = settings.prefix() + settings.keys().key(facts) + "." + AvroContainer.EXTENSION;
            ByteBuffer content = file.finish();
            Manifest manifest = new Manifest(
                    streamId,
                    epoch,
                    source.topic(),
                    source.partition(),
                    firstOffset,
                    lastOffset,
                    lastArrivalMicros,
                    ArchiveKeys.relative(folder, key),
                    AvroContainer.MEDIA_TYPE,
                    content.remaining(),
                    Sha256.of(content),
                    ptsMicros,
                    lastArrivalMicros - firstArrivalMicros,
                    List.of(),
                    gaps,
                    false,
                    false,
                    NO_RANGE,
                    List.of(),
                    next);
            return new ClosedSegment(
                    folder, key, ArchiveKeys.manifestKey(folder, ptsMicros), content, manifest, List.of(), pin);
        }
    }

    private long ptsOf(long arrivalMicros) {
        return Math.max(0, arrivalMicros - startMicros);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long openBytes() {
        return open.map(growing -> growing.file.heldBytes()).orElse(0L);
    }

    @Override
    public long heldBytes() {
        return openBytes();
    }

    @Override
    public void relocate(Relocation elsewhere) throws IOException {
        if (open.isPresent()) {
            open.get().file.relocate(elsewhere);
        }
    }

    @Override
    public void add(RelayBatch batch, long offset, byte[] value) {
        if (ended || offset < resumeOffset) {
            return;
        }
        if (open.isPresent() && cutsBefore(batch, open.get())) {
            ByteBuffer state =
                    ByteBuffer.allocate(Long.BYTES + 1).putLong(0, startMicros).put(Long.BYTES, (byte) (video ? 1 : 0));
            pin = ledger.pin(offset);
            close(Optional.of(new Next(offset, state, List.of(), false)));
        }
        if (open.isEmpty()) {
            namedMicros = Math.max(ptsOf(batch.firstArrivalMicros()), namedMicros + 1);
            open = Optional.of(new Open(batch, offset, pin, namedMicros));
        }
        open.get().add(batch, offset, value);
        video |= showsVideo(batch);
        if (batch.ends()) {
            end("");
        }
    }

    private boolean cutsBefore(RelayBatch batch, Open growing) {
        boolean entry = !video || batch.startsKeyframe();
        return limits.reached(
                entry, batch.firstArrivalMicros() - growing.firstArrivalMicros, growing.file.byteLength());
    }

    private static boolean showsVideo(RelayBatch batch) {
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof TrackConfiguration configuration
                    && configuration.tracks().stream()
                            .anyMatch(track -> track.kind().equals("video"))) {
                return true;
            }
            if (entry instanceof LogPacket packet && packet.keyframeStart()) {
                return true;
            }
        }
        return false;
    }

    private void close(Optional<Next> next) {
        open.ifPresent(growing -> closed.accept(growing.close(next)));
        open = Optional.empty();
    }

    @Override
    public void end(String reason) {
        if (!ended) {
            ended = true;
            if (open.isEmpty()) {
                pin.release();
            }
            close(Optional.empty());
        }
    }

    @Override
    public void abandon() {
        ended = true;
        pin.release();
        open = Optional.empty();
    }
}
