package dev.weir.connector.archive;

import dev.weir.connector.archive.Manifest.Next;
import dev.weir.connector.archive.Manifest.Track;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.ContainerWriter;
import dev.weir.connector.mux.MalformedMediaException;
import dev.weir.connector.mux.MediaFile;
import dev.weir.connector.mux.MediaFile.Sample;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.mux.Relocation;
import dev.weir.connector.store.Sha256;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An object that is growing: its frames and what its manifest will say. One thread. */
final class OpenSegment {
    private final ContainerWriter writer;
    private final List<TrackTally> tallies = new ArrayList<>();
    private final List<GapFound> gaps = new ArrayList<>();
    private boolean discontinuity;
    private final OffsetLedger.Pin pin;
    private final long firstPtsMicros;
    private long startMicros = Long.MAX_VALUE;
    private long endMicros;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset;

    /**
     * Opens an object.
     *
     * @param pin the need of the log from this object's checkpoint on; released when the object is durable
     * @param firstPtsMicros media time that names the object
     */
    OpenSegment(
            Packaging packaging,
            List<TrackFormat> formats,
            boolean discontinuity,
            OffsetLedger.Pin pin,
            long firstPtsMicros) {
        this.writer = packaging.writer(formats);
        this.discontinuity = discontinuity;
        this.pin = pin;
        this.firstPtsMicros = firstPtsMicros;
        formats.forEach(format -> tallies.add(new TrackTally(format)));
    }

    /** The place of a keyframe among the frames of its track. */
    private record KeyframeAt(int index, long ptsMicros, long logOffset) {}

    private static final class TrackTally {
        private final TrackFormat format;
        private long frames;
        private long keyframes;
        private long bytes;
        private long firstPtsMicros;
        private long endPtsMicros;
        private final List<KeyframeAt> entries = new ArrayList<>();

        TrackTally(TrackFormat format) {
            this.format = format;
        }

        void add(Frame frame) {
            firstPtsMicros = frames == 0 ? frame.ptsMicros() : Math.min(firstPtsMicros, frame.ptsMicros());
            endPtsMicros = Math.max(endPtsMicros, frame.ptsMicros() + frame.durationMicros());
            if (frame.keyframe() && format.kind() == MediaKind.VIDEO) {
                entries.add(new KeyframeAt((int) frames, frame.ptsMicros(), frame.firstOffset()));
            }
            frames++;
            keyframes += frame.keyframe() ? 1 : 0;
            bytes += frame.data().remaining();
        }

        Track track() {
            return new Track(format, frames, keyframes, bytes, firstPtsMicros, endPtsMicros);
        }
    }

    void add(Frame frame) {
        writer.add(frame);
        for (TrackTally tally : tallies) {
            if (tally.format.trackIndex() == frame.trackIndex()) {
                tally.add(frame);
            }
        }
        startMicros = Math.min(startMicros, frame.ptsMicros());
        endMicros = Math.max(endMicros, frame.ptsMicros() + frame.durationMicros());
        firstOffset = Math.min(firstOffset, frame.firstOffset());
        lastOffset = Math.max(lastOffset, frame.lastOffset());
    }

    void add(GapFound gap) {
        gaps.add(gap);
    }

    long firstPtsMicros() {
        return firstPtsMicros;
    }

    long byteLength() {
        return writer.byteLength();
    }

    long heldBytes() {
        return writer.heldBytes();
    }

    void relocate(Relocation elsewhere) throws IOException {
        writer.relocate(elsewhere);
    }

    OffsetLedger.Pin pin() {
        return pin;
    }

    long firstOffset() {
        return firstOffset;
    }

    long lastOffset() {
        return lastOffset;
    }

    /** Returns the formats of the tracks that have frames so far. */
    List<TrackFormat> formats() {
        return writer.formats();
    }

    /** Notes that players cannot go on from the object before without a break. */
    void beginsAnew() {
        discontinuity = true;
    }

    /**
     * Ends the object.
     *
     * @param facts what names it
     * @param objects the chain that it goes on
     * @param next empty when it is the last of the epoch
     * @param archivedArrivalMicros arrival of the record up to which all is archived with it, 0 = not known
     */
    ClosedSegment close(KeyFacts facts, EpochObjects objects, Optional<Next> next, long archivedArrivalMicros) {
        ByteBuffer content = writer.finish();
        String objectKey = objects.key(facts) + "." + writer.extension();
        Manifest manifest = new Manifest(
                facts.streamId(),
                facts.epoch(),
                objects.source().topic(),
                objects.source().partition(),
                firstOffset,
                lastOffset,
                archivedArrivalMicros,
                ArchiveKeys.relative(objects.folder(), objectKey),
                writer.contentType(),
                content.remaining(),
                Sha256.of(content),
                firstPtsMicros,
                endMicros - startMicros,
                tallies.stream().map(TrackTally::track).toList(),
                gaps,
                writer.isHls(),
                discontinuity,
                writer.initialization(),
                writer.fragments(),
                next);
        String manifestKey = ArchiveKeys.manifestKey(objects.folder(), firstPtsMicros);
        return new ClosedSegment(objects.folder(), objectKey, manifestKey, content, manifest, keyframes(content), pin);
    }

    /** Finds the keyframes in the finished file, as a reader does. */
    private List<Keyframe> keyframes(ByteBuffer content) {
        List<TrackTally> written =
                tallies.stream().filter(tally -> tally.frames > 0).toList();
        if (written.stream().allMatch(tally -> tally.entries.isEmpty())) {
            return List.of();
        }
        List<Keyframe> keyframes = new ArrayList<>();
        try {
            MediaFile file = MediaFile.read(content);
            for (int i = 0; i < written.size(); i++) {
                TrackTally tally = written.get(i);
                for (KeyframeAt at : tally.entries) {
                    Sample sample = file.tracks().get(i).samples().get(at.index());
                    keyframes.add(new Keyframe(
                            tally.format.trackId(), at.ptsMicros(), sample.offset(), sample.length(), at.logOffset()));
                }
            }
        } catch (MalformedMediaException e) {
            throw new IllegalStateException("a file of ours cannot be read", e);
        }
        return keyframes;
    }
}
