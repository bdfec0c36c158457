package dev.weir.connector.assemble;

import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.schemas.SenderReport;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds frames back until what arrived since then can no longer change their time or order, then delivers them in order of
 * media time.
 */
final class FrameRelease {
    /** Frames wait a little longer than missing packets, so that a late frame still finds its place. */
    private static final long EXTRA_MICROS = 500_000;

    private static final String UNSUPPORTED = "unsupported-codec";
    private static final String CLOCK_JUMP = "clock-jump";
    private static final String NO_END = "no-end-of-stream";
    private static final long NONE = Long.MIN_VALUE;

    private final TrackSet tracks;
    private final long ageMicros;
    private final long startHoldMicros;
    private final Synchronizer synchronizer = new Synchronizer();

    private boolean started;
    private boolean announced;
    private boolean resumed;
    private long firstNowMicros = NONE;

    /** The next frame of a track, its time and its layer. */
    private record Candidate(Track track, Layer layer, PendingFrame frame, MediaClock.Step step, long ptsMicros) {}

    FrameRelease(TrackSet tracks, AssembleConfig config) {
        this.tracks = tracks;
        long window = config.reorderWindow().toNanos() / 1_000;
        this.ageMicros = window + Math.min(EXTRA_MICROS, window / 4);
        this.startHoldMicros = Math.max(ageMicros, config.syncHold().toNanos() / 1_000);
    }

    void onReport(SenderReport report) {
        tracks.track(report.trackIndex()).ifPresent(track -> {
            Layer layer = track.layer(report.rid());
            layer.onReport(report);
            if (started) {
                synchronizer.onReport(layer, tracks.all());
            }
        });
    }

    /** Takes a report that stands in the log before; it tells something new only when reading began behind it. */
    void onRepeatedReport(SenderReport report) {
        tracks.track(report.trackIndex())
                .map(track -> track.layer(report.rid()))
                .filter(layer -> layer.report().isEmpty() && !layer.clock().isAdvanced())
                .ifPresent(layer -> onReport(report));
    }

    void release(long nowMicros, boolean all, Consumer<AssembledEvent> out) {
        firstNowMicros = firstNowMicros == NONE ? nowMicros : firstNowMicros;
        if (!started) {
            if (!all && !isReadyToStart(nowMicros)) {
                return;
            }
            start();
        }
        long dueMicros = all ? Long.MAX_VALUE : nowMicros - ageMicros;
        for (Optional<Candidate> next = next(dueMicros); next.isPresent(); next = next(dueMicros)) {
            deliver(next.get(), out);
        }
        for (Track track : tracks.all()) {
            track.allLayers().forEach(Layer::consumeLeftOut);
        }
    }

    private boolean isReadyToStart(long nowMicros) {
        if (nowMicros - firstNowMicros >= startHoldMicros) {
            return tracks.all().stream()
                    .flatMap(track -> track.allLayers().stream())
                    .anyMatch(layer -> layer.head().isPresent());
        }
        boolean several = tracks.all().size() > 1;
        return !tracks.all().isEmpty()
                && nowMicros - firstNowMicros >= ageMicros
                && tracks.all().stream()
                        .allMatch(track -> track.allLayers().stream()
                                .anyMatch(layer -> layer.head().isPresent()
                                        && (!several || layer.report().isPresent())));
    }

    private void start() {
        tracks.all().forEach(Track::select);
        if (tracks.all().stream().noneMatch(track -> track.selectedLayer().isPresent())) {
            return;
        }
        started = true;
        synchronizer.start(tracks.all());
        for (Track track : tracks.all()) {
            track.selectedLayer()
                    .flatMap(Layer::firstKeyframe)
                    .ifPresent(frame ->
                            tracks.formats().put(track.index(), frame.format().orElseGet(track::audioFormat)));
        }
    }

    /** Returns the frame with the lowest time, if it is due. */
    private Optional<Candidate> next(long dueMicros) {
        Optional<Candidate> best = Optional.empty();
        for (Track track : tracks.all()) {
            track.follow(dueMicros);
            Optional<Candidate> candidate = track.selectedLayer().flatMap(layer -> candidate(track, layer, dueMicros));
            if (best.isEmpty() || (candidate.isPresent() && candidate.get().ptsMicros < best.get().ptsMicros)) {
                best = candidate;
            }
        }
        return best.filter(candidate -> candidate.frame.lastArrivalMicros() <= dueMicros);
    }

    private Optional<Candidate> candidate(Track track, Layer layer, long dueMicros) {
        Optional<PendingFrame> head = layer.head();
        if (head.isEmpty()) {
            return Optional.empty();
        }
        PendingFrame frame = head.get();
        boolean due = frame.lastArrivalMicros() <= dueMicros;
        boolean startsAnew = frame.restart() && layer.clock().isAdvanced();
        if (startsAnew || !layer.clock().isAnchored()) {
            if (!due) {
                return Optional.empty();
            }
            layer.clock().restart();
            synchronizer.join(layer, track.isAudio());
        }
        MediaClock.Step step = layer.clock().map(frame, due ? layer.leastDelay() : NONE);
        return Optional.of(
                new Candidate(track, layer, frame, step, layer.clock().micros(step.ptsTicks())));
    }

    private void deliver(Candidate next, Consumer<AssembledEvent> out) {
        MediaClock clock = next.layer.clock();
        PendingFrame frame = next.frame;
        boolean formatChanged = updateFormat(next);
        if (!announced) {
            announce(out);
            tellGap(next, out);
        } else {
            tellGap(next, out);
            if (formatChanged) {
                announce(out);
            }
        }
        next.layer.consumeBeforeHead();
        long duration = new FrameDuration(next.track, clock).of(frame, next.layer.second());
        out.accept(new FrameReady(new Frame(
                next.track.index(),
                next.track.info().clockRateHz(),
                next.step.ptsTicks(),
                duration,
                frame.encoded().keyframe(),
                frame.encoded().data(),
                frame.firstOffset(),
                frame.lastOffset())));
        clock.accept(next.step, frame, duration);
        next.track.delivered(frame);
        if (next.step.jump()) {
            next.layer.forgetReport();
        }
        next.layer.consumeHead();
    }

    private boolean updateFormat(Candidate next) {
        int index = next.track.index();
        TrackFormat known = tracks.formats().get(index);
        Optional<TrackFormat> read = next.track.isAudio() ? Optional.of(next.track.audioFormat()) : next.frame.format();
        if (read.isEmpty() || (known != null && known.isCompatibleWith(read.get()))) {
            return false;
        }
        tracks.formats().put(index, read.get());
        return true;
    }

    private void announce(Consumer<AssembledEvent> out) {
        announced = true;
        List<TrackFormat> formats = new ArrayList<>(tracks.formats().values());
        out.accept(new FormatChanged(formats));
    }

    private void tellGap(Candidate next, Consumer<AssembledEvent> out) {
        LossTally gap = next.frame.gap();
        boolean alreadyTold = resumed;
        resumed = false;
        if (alreadyTold || (gap.isEmpty() && !next.step.jump())) {
            return;
        }
        MediaClock clock = next.layer.clock();
        long from = clock.endTicks();
        if (from == 0 && gap.fromTimestamp() != LossTally.UNKNOWN) {
            from = Math.max(0, gap.fromTimestamp() + next.step.offsetTicks());
        }
        long to = next.step.ptsTicks();
        out.accept(new GapFound(
                next.track.index(),
                clock.micros(Math.min(from, to)),
                clock.micros(to),
                gap.packets(),
                gap.isEmpty() ? CLOCK_JUMP : gap.reason()));
    }

    void declareTrailingGaps(Consumer<AssembledEvent> out) {
        for (Track track : tracks.all()) {
            for (Layer layer : track.allLayers()) {
                boolean told =
                        track.selectedLayer().map(selected -> selected == layer).orElse(true);
                LossTally loss = layer.trailingLoss();
                if (told && !loss.isEmpty()) {
                    long end = layer.clock().micros(layer.clock().endTicks());
                    out.accept(new GapFound(track.index(), end, end, loss.packets(), loss.reason()));
                }
            }
        }
        tracks.ignoredPackets()
                .forEach((index, packets) -> out.accept(new GapFound(index, 0, endMicros(), packets, UNSUPPORTED)));
        tracks.unmatchedGap().ifPresent(gap -> {
            long end = endMicros();
            long lasted = Math.max(0, gap.toArrivalMicros() - gap.fromArrivalMicros());
            out.accept(new GapFound(gap.trackIndex(), end, end + lasted, gap.packets(), gap.reason()));
        });
    }

    /** Says that what arrived behind the last packet is not known. */
    void declareUnknownEnd(Consumer<AssembledEvent> out) {
        long end = endMicros();
        out.accept(new GapFound(-1, end, end, 0, NO_END));
    }

    private long endMicros() {
        long end = 0;
        for (Track track : tracks.all()) {
            end = Math.max(
                    end,
                    track.selectedLayer()
                            .map(layer -> layer.clock().micros(layer.clock().endTicks()))
                            .orElse(0L));
        }
        return end;
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(started);
        out.writeLong(firstNowMicros);
        out.writeBoolean(synchronizer.referenceIsAudio());
        for (Track track : tracks.all()) {
            for (Layer layer : track.allLayers()) {
                out.writeBoolean(synchronizer.isReference(layer));
            }
        }
    }

    void read(DataInput in) throws IOException {
        resumed = true;
        started = in.readBoolean();
        firstNowMicros = in.readLong();
        boolean audio = in.readBoolean();
        for (Track track : tracks.all()) {
            for (Layer layer : track.allLayers()) {
                if (in.readBoolean()) {
                    synchronizer.restore(Optional.of(layer), audio);
                }
            }
        }
    }
}
