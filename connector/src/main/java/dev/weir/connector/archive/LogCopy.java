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

    private final EpochObjects objects;
    private final SegmentLimits limits;
    private final long startMicros;
    private boolean video;
    private Optional<Open> open = Optional.empty();

    /** Starts an epoch with its first record at {@code offset}, or goes on behind the object that {@code last} describes. */
    LogCopy(
            RelayBatch first,
            long offset,
            LogPartition source,
            ArchiveSettings settings,
            Optional<Manifest> last,
            OffsetLedger ledger,
            Consumer<ClosedSegment> closed) {
        this.objects = new EpochObjects(first, offset, source, settings, last, ledger, closed);
        this.limits = new SegmentLimits(settings);
        Optional<ByteBuffer> state = objects.next().map(Next::state);
        startMicros = state.map(bytes -> bytes.getLong(bytes.position())).orElse(first.firstArrivalMicros());
        video = state.map(bytes -> bytes.get(bytes.position() + Long.BYTES) != 0)
                .orElse(false);
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
            this.file = new LogCopyFile(objects.streamId(), objects.epoch(), objects.source(), offset);
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
            LogPartition source = objects.source();
            KeyFacts facts = new KeyFacts(
                    objects.streamId(),
                    objects.epoch(),
                    source.partition(),
                    firstOffset,
                    ptsMicros,
                    firstArrivalMicros);
            String folder = objects.folder();
            String key = objects.key(facts) + "." + AvroContainer.EXTENSION;
            ByteBuffer content = file.finish();
            Manifest manifest = new Manifest(
                    objects.streamId(),
                    objects.epoch(),
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
        return objects.epoch();
    }

    @Override
    public boolean ended() {
        return objects.ended();
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
        if (!objects.takes(offset)) {
            return;
        }
        if (open.isPresent() && cutsBefore(batch, open.get())) {
            ByteBuffer state =
                    ByteBuffer.allocate(Long.BYTES + 1).putLong(0, startMicros).put(Long.BYTES, (byte) (video ? 1 : 0));
            objects.pinFrom(offset);
            close(Optional.of(new Next(offset, state, List.of(), false)));
        }
        if (open.isEmpty()) {
            open = Optional.of(new Open(batch, offset, objects.pin(), objects.name(ptsOf(batch.firstArrivalMicros()))));
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
        open.ifPresent(growing -> objects.close(growing.close(next)));
        open = Optional.empty();
    }

    @Override
    public void end(String reason) {
        if (!objects.ended()) {
            objects.end(open.isPresent());
            close(Optional.empty());
        }
    }

    @Override
    public void abandon() {
        objects.end(false);
        open = Optional.empty();
    }
}
