package dev.weir.connector.archive;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.List;

/**
 * Decides where objects are cut: at a video keyframe (any frame of a stream without video) once the object is long or
 * large enough, and at any frame once it is twice that. Looks at frames only, never at a clock, so every run cuts at the
 * same places.
 */
final class Segmenter {
    private static final int NO_TRACK = -1;

    private final SegmentLimits limits;
    private int cutTrack = NO_TRACK;
    private boolean formatsChanged = true;

    Segmenter(ArchiveSettings settings) {
        limits = new SegmentLimits(settings);
    }

    /** Takes the formats of what follows; the next frame starts an object. */
    void formats(List<TrackFormat> formats) {
        cutTrack = formats.stream()
                .filter(format -> format.kind() == MediaKind.VIDEO)
                .mapToInt(TrackFormat::trackIndex)
                .min()
                .orElse(NO_TRACK);
        formatsChanged = true;
    }

    /** Returns whether {@code frame} is the first of a new object; {@code open} is the one before. */
    boolean cutsBefore(Frame frame, OpenSegment open) {
        if (formatsChanged) {
            formatsChanged = false;
            return true;
        }
        long age = frame.ptsMicros() - open.firstPtsMicros();
        boolean entry = cutTrack == NO_TRACK || (frame.trackIndex() == cutTrack && frame.keyframe());
        return limits.reached(entry, age, open.byteLength());
    }

    /** Notes that an object was opened without asking: the first of an epoch or of a run. */
    void opened() {
        formatsChanged = false;
    }
}
