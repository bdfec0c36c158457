package dev.weir.standalone.export;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.rtp.MediaKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a first pass over a selection finds: where the file starts, its tracks, its length, and what the user should know of it.
 * A part of a stream starts with a keyframe, at the start of the range or the last one before it; a whole one with the first
 * thing that can be shown or heard. One thread.
 */
final class Survey implements Assembly.Sink {
    private final long fromMicros;
    private final TreeMap<Integer, TrackTally> tracks = new TreeMap<>();
    private final List<GapFound> gaps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean listed;
    private boolean video;
    private Optional<Frame> start = Optional.empty();
    private boolean over;
    private long endMicros;

    /** Takes the start of the range, {@link Long#MIN_VALUE} = the whole stream. */
    Survey(long fromMicros) {
        this.fromMicros = fromMicros;
    }

    /** Returns whether every frame is taken, rather than those from a keyframe on. */
    boolean isWhole() {
        return fromMicros == Long.MIN_VALUE;
    }

    /** Counts one track. */
    static final class TrackTally {
        private final TrackFormat format;
        private TrackFormat latest;
        private long frames;
        private long keyframes;
        private long bytes;

        TrackTally(TrackFormat format) {
            this.format = format;
            this.latest = format;
        }

        TrackFormat format() {
            return format;
        }

        long frames() {
            return frames;
        }

        long keyframes() {
            return keyframes;
        }

        long bytes() {
            return bytes;
        }
    }

    @Override
    public void tracks(boolean withVideo) {
        listed = true;
        video |= withVideo;
    }

    @Override
    public void frame(Frame frame, TrackFormat format, long arrivalMicros) {
        if (isWhole()) {
            start = start.filter(first -> first.ptsMicros() <= frame.ptsMicros())
                    .or(() -> Optional.of(frame));
            count(frame, format, arrivalMicros);
            return;
        }
        boolean entry = video ? format.kind() == MediaKind.VIDEO && frame.keyframe() : arrivalMicros >= fromMicros;
        if (entry && (start.isEmpty() || (video && arrivalMicros <= fromMicros))) {
            startAt(frame);
        }
        if (start.isPresent() && frame.ptsMicros() >= start.get().ptsMicros()) {
            count(frame, format, arrivalMicros);
        }
    }

    private void count(Frame frame, TrackFormat format, long arrivalMicros) {
        if (over) {
            return;
        }
        TrackTally tally = tracks.computeIfAbsent(frame.trackIndex(), index -> new TrackTally(format));
        if (format.codec() != tally.format.codec()) {
            over = true;
            notes.add("the codec of " + format.trackId() + " changes to " + format.codec() + " at "
                    + Instant.EPOCH.plus(arrivalMicros, ChronoUnit.MICROS)
                    + ": the file ends there, the rest goes into another one with --from");
            return;
        }
        if (format.widthPx() != tally.latest.widthPx() || format.heightPx() != tally.latest.heightPx()) {
            notes.add("the picture changes to " + format.widthPx() + "x" + format.heightPx() + " after "
                    + (frame.ptsMicros() - start.orElse(frame).ptsMicros()) / 1_000 + " ms");
        }
        tally.latest = format;
        tally.frames++;
        tally.keyframes += frame.keyframe() ? 1 : 0;
        tally.bytes += frame.data().remaining();
        endMicros = Math.max(endMicros, frame.ptsMicros() + frame.durationMicros());
    }

    private void startAt(Frame frame) {
        start = Optional.of(frame);
        over = false;
        tracks.clear();
        gaps.clear();
        notes.clear();
        endMicros = 0;
    }

    @Override
    public void gap(GapFound gap) {
        if (!over) {
            gaps.add(gap);
        }
    }

    /** Returns what there is to do when there is nothing to start with; {@code stream} names the stream. */
    String whyNothing(String stream) {
        if (!listed) {
            return "the tracks of stream '" + stream + "' are told nowhere in this range: widen it with --from and --to"
                    + " (they are repeated every few seconds), or Kafka has deleted them already";
        }
        return video
                ? "no keyframe of stream '" + stream
                        + "' in this range: widen it with --from and --to (keyframes are shown by weir log)"
                : "nothing of stream '" + stream + "' in this range can be put together";
    }

    /** Returns the frame that the file starts with; empty when there is none. */
    Optional<Frame> start() {
        return start;
    }

    List<TrackTally> tracks() {
        return List.copyOf(tracks.values());
    }

    List<TrackFormat> formats() {
        return tracks.values().stream().map(TrackTally::format).toList();
    }

    long frameCount() {
        return tracks.values().stream().mapToLong(TrackTally::frames).sum();
    }

    long durationMicros() {
        return start.map(frame -> endMicros - frame.ptsMicros()).orElse(0L);
    }

    /** Returns what is missing in the file; not what came before its start, nor that the range ends before the stream does. */
    List<GapFound> gaps() {
        long startMicros = start.map(Frame::ptsMicros).orElse(0L);
        return gaps.stream()
                .filter(gap -> gap.toPtsMicros() > startMicros)
                .filter(gap -> gap.packets() > 0 || gap.toPtsMicros() > gap.fromPtsMicros())
                .toList();
    }

    List<String> notes() {
        boolean picture =
                tracks.values().stream().anyMatch(track -> track.format().kind() == MediaKind.VIDEO);
        List<String> all = new ArrayList<>(notes);
        if (video && !picture) {
            all.add("there is no keyframe in this range: the file holds sound only");
        }
        return all;
    }
}
