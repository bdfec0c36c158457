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

    private final EpochObjects objects;
    private final Segmenter segmenter;
    private final StreamAssembler assembler;
    private final List<GapFound> gapsBeforeFirst = new ArrayList<>();
    private final TreeMap<Long, Long> arrivals = new TreeMap<>();

    private List<TrackFormat> formats = List.of();
    private List<TrackFormat> writtenFormats = List.of();
    private boolean discontinuity;
    private Optional<OpenSegment> open = Optional.empty();

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
        this.objects = new EpochObjects(first, offset, source, settings, last, ledger, closed);
        this.segmenter = new Segmenter(settings);
        Optional<Next> next = objects.next();
        if (next.isPresent()) {
            Next from = next.get();
            assembler = StreamAssembler.resume(first.streamId(), first.epoch(), settings.assemble(), from.state());
            useFormats(from.formats());
            discontinuity = from.discontinuity();
            arrivals.put(from.offset() - 1, last.orElseThrow().archivedArrivalMicros());
            writtenFormats = last.get().writtenFormats();
        } else {
            assembler = new StreamAssembler(first.streamId(), first.epoch(), settings.assemble());
        }
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
        if (objects.takes(offset)) {
            arrivals.put(offset, batch.firstArrivalMicros());
            assembler.add(batch, offset, this::on);
        }
    }

    @Override
    public void end(String reason) {
        if (!objects.ended()) {
            assembler.end(reason, this::on);
        }
    }

    @Override
    public void abandon() {
        objects.end(false);
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
            objects.pinFrom(checkpoint.offset());
            close(Optional.of(next));
            open(frame);
        }
        open.get().add(frame);
        discontinuity = false;
    }

    private void open(Frame first) {
        OpenSegment segment = new OpenSegment(
                objects.settings().packaging(), formats, discontinuity, objects.pin(), objects.name(first.ptsMicros()));
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
                    objects.streamId(),
                    objects.epoch(),
                    objects.source().partition(),
                    segment.firstOffset(),
                    segment.firstPtsMicros(),
                    arrivalOf(segment.firstOffset()));
            objects.close(segment.close(facts, objects, next, arrivalOf(archived)));
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
        objects.end(open.isPresent());
        close(Optional.empty());
    }
}
