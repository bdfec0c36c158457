package dev.weir.connector.archive;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.FragmentRange;
import dev.weir.connector.mux.HlsPlaylist;
import dev.weir.schemas.ArchiveGap;
import dev.weir.schemas.ArchiveObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Describes one archive object; written beside it as JSON once the object is durable. It proves what is in the object,
 * and lets a later run continue exactly behind it.
 *
 * @param streamId the stream
 * @param epoch its epoch
 * @param topic topic of the log
 * @param partition partition of the log
 * @param firstOffset lowest log offset with a packet in this object
 * @param lastOffset highest log offset with a packet in this object
 * @param archivedArrivalMicros arrival of the first packet of the record at {@link #archivedOffset}, 0 = not known
 * @param object where the object is, seen from the folder of the manifest: a file name, or a way with {@code ../}
 * @param contentType media type
 * @param sizeBytes its size
 * @param sha256 its checksum
 * @param firstPtsMicros media time of its first frame since the start of the epoch
 * @param durationMicros media time covered
 * @param tracks its tracks
 * @param gaps media that is missing, by declaration
 * @param hls whether a playlist can refer to it
 * @param discontinuity whether the format changed or time is missing right before it
 * @param initialization its header as byte range
 * @param fragments its fragments as byte ranges
 * @param next where the next object starts; empty = this is the last one of the epoch
 */
record Manifest(
        String streamId,
        long epoch,
        String topic,
        int partition,
        long firstOffset,
        long lastOffset,
        long archivedArrivalMicros,
        String object,
        String contentType,
        long sizeBytes,
        String sha256,
        long firstPtsMicros,
        long durationMicros,
        List<Track> tracks,
        List<GapFound> gaps,
        boolean hls,
        boolean discontinuity,
        FragmentRange initialization,
        List<FragmentRange> fragments,
        Optional<Next> next) {

    Manifest {
        tracks = List.copyOf(tracks);
        gaps = List.copyOf(gaps);
        fragments = List.copyOf(fragments);
    }

    /** Returns up to where the log holds nothing of the epoch that is not in this object or one before it. */
    long archivedOffset() {
        return next.map(from -> from.offset() - 1).orElse(lastOffset);
    }

    /**
     * Returns what the topic of archived objects says about this one.
     *
     * @param folder where the manifest lies, with a slash at its end
     * @throws IOException when it tells of an object outside of the archive
     */
    ArchiveObject announced(String folder) throws IOException {
        Map<String, Long> frames = new TreeMap<>();
        tracks.stream()
                .filter(track -> track.frames() > 0)
                .forEach(track -> frames.put(track.format().trackId(), track.frames()));
        return new ArchiveObject(
                streamId,
                epoch,
                ArchiveKeys.resolve(folder, object),
                ArchiveKeys.manifestKey(folder, firstPtsMicros),
                object.substring(object.lastIndexOf('.') + 1),
                sizeBytes,
                sha256,
                firstPtsMicros,
                firstPtsMicros + durationMicros,
                frames,
                gaps.stream().map(this::announced).toList(),
                topic,
                partition,
                firstOffset,
                lastOffset,
                next.isEmpty(),
                archivedOffset(),
                archivedArrivalMicros == 0 ? OptionalLong.empty() : OptionalLong.of(archivedArrivalMicros));
    }

    /** Appends the object to the playlist in the same folder. */
    void addTo(HlsPlaylist playlist) {
        playlist.addObject(ArchiveKeys.uri(object), initialization, fragments, discontinuity);
    }

    private ArchiveGap announced(GapFound gap) {
        String track = tracks.stream()
                .map(Track::format)
                .filter(format -> format.trackIndex() == gap.trackIndex())
                .map(TrackFormat::trackId)
                .findFirst()
                .orElse("");
        return new ArchiveGap(track, gap.fromPtsMicros(), gap.toPtsMicros(), gap.packets(), gap.reason());
    }

    /** Returns the formats of the tracks that are in the object: those with frames. */
    List<TrackFormat> writtenFormats() {
        return tracks.stream()
                .filter(track -> track.frames() > 0)
                .map(Track::format)
                .toList();
    }

    /**
     * One track of an object.
     *
     * @param format its format
     * @param frames number of frames
     * @param keyframes number of them that a decoder can start at
     * @param bytes their size
     * @param firstPtsMicros media time of the first frame, 0 when there is none
     * @param endPtsMicros end of the last frame
     */
    record Track(TrackFormat format, long frames, long keyframes, long bytes, long firstPtsMicros, long endPtsMicros) {}

    /**
     * What the next object needs in order to be the same in every run.
     *
     * @param offset log offset to read from
     * @param state state of the assembler
     * @param formats the formats in force
     * @param discontinuity whether the next object follows a discontinuity
     */
    record Next(long offset, ByteBuffer state, List<TrackFormat> formats, boolean discontinuity) {
        Next {
            formats = List.copyOf(formats);
        }
    }
}
