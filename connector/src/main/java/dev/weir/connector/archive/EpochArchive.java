package dev.weir.connector.archive;

import dev.weir.connector.archive.Manifest.Next;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.Ended;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Checkpoint;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.Relocation;
import dev.weir.schemas.RelayBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Archives one epoch of one stream as media files. What it does follows from the log alone, and from the manifest of the
 * last durable object after a restart, so every run gives the same objects. One thread.
 */
final class EpochArchive implements EpochRecording, AssembledEvent.Visitor {
    /** Shorter holes are left to the player; a longer one starts a discontinuity if it lies between two objects. */
    private static final long DISCONTINUITY_MICROS = 500_000;

    private final String streamId;
    private final long epoch;
    private final LogPartition source;
    private final String folder;
    private final OffsetLedger ledger;
    private final Consumer<ClosedSegment> closed;
    private final Segmenter segmenter;
    private final ArchiveSettings settings;
    private final StreamAssembler assembler;
    private final long resumeOffset;
    private final List<GapFound> gapsBeforeFirst = new ArrayList<>();
    private final TreeMap<Long, Long> arrivals = new TreeMap<>();

    private List<TrackFormat> formats = List.of();
    private List<TrackFormat> writtenFormats = List.of();
    private boolean discontinuity;
    private long namedMicros = -1;
    private OffsetLedger.Pin pin;
    private Optional<OpenSegment> open = Optional.empty();
    private boolean ended;

    /**
     * Starts an epoch with its first record at {@code offset}, or goes on behind the object that {@code last} describes.
     *
     * @param closed takes the objects in order
     */
    EpochArchive(
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
        this.ledger = ledger;
        this.closed = closed;
        this.segmenter = new Segmenter(settings);
        this.settings = settings;
        Optional<Next> next = last.flatMap(Manifest::next);
        if (next.isPresent()) {
            Next from = next.get();
            assembler = StreamAssembler.resume(streamId, epoch, settings.assemble(), from.state());
            resumeOffset = from.offset();
            useFormats(from.formats());
            discontinuity = from.discontinuity();
            namedMicros = last.get().firstPtsMicros();
            arrivals.put(from.offset() - 1, last.get().archivedArrivalMicros());
            writtenFormats = last.get().writtenFormats();
        } else {
            assembler = new StreamAssembler(streamId, epoch, settings.assemble());
            resumeOffset = offset;
            ended = last.isPresent();
        }
        pin = ledger.pin(resumeOffset);
        if (ended) {
            pin.release();
        }
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
        return open.map(OpenSegment::heldBytes).orElse(0L);
    }

    @Override
    public long heldBytes() {
        return openBytes() + assembler.queuedBytes();
    }

    @Override
    public void relocate(Relocation elsewhere) throws IOException {
        if (open.isPresent()) {
            open.get().relocate(elsewhere);
        }
    }

    @Override
    public void add(RelayBatch batch, long offset, byte[] value) {
        if (!ended && offset >= resumeOffset) {
            arrivals.put(offset, batch.firstArrivalMicros());
            assembler.add(batch, offset, this::on);
        }
    }

    @Override
    public void end(String reason) {
        if (!ended) {
            assembler.end(reason, this::on);
        }
    }

    @Override
    public void abandon() {
        ended = true;
        pin.release();
        open = Optional.empty();
    }

    private void on(AssembledEvent event) {
        event.accept(this);
    }

    @Override
    public void formatChanged(FormatChanged event) {
        if (!event.formats().equals(formats)) {
            discontinuity |= !formats.isEmpty();
            useFormats(event.formats());
        }
    }

    private void useFormats(List<TrackFormat> next) {
        formats = next;
        segmenter.formats(next);
    }

    @Override
    public void frameReady(FrameReady event) {
        Frame frame = event.frame();
        if (open.isEmpty()) {
            segmenter.opened();
            open(frame);
        } else if (segmenter.cutsBefore(frame, open.get())) {
            Checkpoint checkpoint = assembler.checkpoint();
            Next next = new Next(checkpoint.offset(), checkpoint.state(), formats, discontinuity);
            pin = ledger.pin(checkpoint.offset());
            close(Optional.of(next));
            open(frame);
        }
        open.get().add(frame);
        discontinuity = false;
    }

    private void open(Frame first) {
        namedMicros = Math.max(first.ptsMicros(), namedMicros + 1);
        OpenSegment segment = new OpenSegment(settings.packaging(), formats, discontinuity, pin, namedMicros);
        gapsBeforeFirst.forEach(segment::add);
        gapsBeforeFirst.clear();
        open = Optional.of(segment);
    }

    private void close(Optional<Next> next) {
        open.ifPresent(segment -> {
            // A track without frames is not in the file: players have to start anew where one comes or goes.
            if (!writtenFormats.isEmpty() && !writtenFormats.equals(segment.formats())) {
                segment.beginsAnew();
            }
            writtenFormats = segment.formats();
            long archived = next.map(from -> from.offset() - 1).orElse(segment.lastOffset());
            KeyFacts facts = new KeyFacts(
                    streamId,
                    epoch,
                    source.partition(),
                    segment.firstOffset(),
                    segment.firstPtsMicros(),
                    arrivalOf(segment.firstOffset()));
            String key = settings.prefix() + settings.keys().key(facts);
            closed.accept(segment.close(facts, source, folder, key, next, arrivalOf(archived)));
            arrivals.headMap(archived).clear();
        });
        open = Optional.empty();
    }

    /** Returns the arrival of the record at {@code offset} or the last one of the epoch before it, 0 = not known. */
    private long arrivalOf(long offset) {
        Map.Entry<Long, Long> arrival = arrivals.floorEntry(offset);
        return arrival == null ? 0 : arrival.getValue();
    }

    @Override
    public void gapFound(GapFound event) {
        discontinuity |= event.toPtsMicros() - event.fromPtsMicros() >= DISCONTINUITY_MICROS;
        open.ifPresentOrElse(segment -> segment.add(event), () -> gapsBeforeFirst.add(event));
    }

    @Override
    public void ended(Ended event) {
        ended = true;
        if (open.isEmpty()) {
            pin.release();
        }
        close(Optional.empty());
    }
}
