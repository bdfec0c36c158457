package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** All tracks of one object, and where it is cut into fragments: at keyframes at least 2 s apart. */
final class ObjectSamples {
    private static final long MIN_FRAGMENT_MICROS = 2_000_000;

    private final List<TrackSamples> tracks = new ArrayList<>();
    private long frameCount;
    private long dataBytes;

    ObjectSamples(List<TrackFormat> formats) {
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("an object needs a track");
        }
        for (TrackFormat format : formats) {
            tracks.add(new TrackSamples(format, tracks.size() + 1));
        }
    }

    void add(Frame frame) {
        for (TrackSamples track : tracks) {
            if (track.format().trackIndex() == frame.trackIndex()) {
                track.add(frame);
                frameCount++;
                dataBytes += frame.data().remaining();
                return;
            }
        }
        throw new IllegalArgumentException("no format for track " + frame.trackIndex());
    }

    /** Fixes the samples; a track without any would make players wait for it, so it is left out. */
    void settle() {
        if (frameCount == 0) {
            throw new IllegalStateException("an object needs a frame");
        }
        tracks.removeIf(track -> track.count() == 0);
        tracks.forEach(TrackSamples::settle);
    }

    /** Returns the formats of the tracks that have frames. */
    List<TrackFormat> formats() {
        return tracks.stream()
                .filter(track -> track.count() > 0)
                .map(TrackSamples::format)
                .toList();
    }

    List<TrackSamples> tracks() {
        return tracks;
    }

    long frameCount() {
        return frameCount;
    }

    long dataBytes() {
        return dataBytes;
    }

    long heldBytes() {
        return tracks.stream().mapToLong(TrackSamples::heldBytes).sum();
    }

    void relocate(Relocation elsewhere) throws IOException {
        for (TrackSamples track : tracks) {
            track.relocate(elsewhere);
        }
    }

    /** Returns the track whose keyframes decide: the first video track with frames, else the first track with frames. */
    TrackSamples reference() {
        TrackSamples reference = tracks.get(0);
        for (TrackSamples track : tracks) {
            boolean better = track.isVideo() ? !reference.isVideo() : reference.count() == 0;
            if (track.count() > 0 && (better || reference.count() == 0)) {
                reference = track;
            }
        }
        return reference;
    }

    long startMicros() {
        return tracks.stream()
                .filter(track -> track.count() > 0)
                .mapToLong(track -> track.decodeMicros(0))
                .min()
                .orElse(0);
    }

    long endMicros() {
        return tracks.stream().mapToLong(TrackSamples::endMicros).max().orElse(0);
    }

    /** Returns the decode times at which fragments start, ascending; a sample belongs to the last one not after it. */
    List<Long> cutsMicros() {
        TreeSet<Long> cuts = new TreeSet<>();
        long last = startMicros();
        cuts.add(last);
        TrackSamples reference = reference();
        for (int i = 0; i < reference.count(); i++) {
            long micros = reference.decodeMicros(i);
            if (reference.frame(i).keyframe() && micros - last >= MIN_FRAGMENT_MICROS) {
                cuts.add(micros);
                last = micros;
            }
        }
        for (TrackSamples track : tracks) {
            for (int i = 0; i < track.count(); i++) {
                if (track.isHoleAfter(i)) {
                    cuts.add(track.decodeMicros(i + 1));
                }
            }
        }
        return List.copyOf(cuts);
    }
}
