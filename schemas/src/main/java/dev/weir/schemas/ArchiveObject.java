package dev.weir.schemas;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One archived object, written only after the object and its manifest are durable. Topic weir.archive.v1, key = streamId.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param format file name extension of the container: mp4, webm or mkv
 * @param last the epoch is archived up to its end with this object
 * @param archivedOffset up to here everything of the epoch is archived, or declared as a gap: the watermark
 * @param archivedArrivalMicros arrival of the first packet of the record at archivedOffset
 */
public record ArchiveObject(
        String streamId,
        long epoch,
        String objectKey,
        String manifestKey,
        String format,
        long sizeBytes,
        String sha256,
        long firstPtsMicros,
        long lastPtsMicros,
        Map<String, Long> framesByTrack,
        List<ArchiveGap> gaps,
        String sourceTopic,
        int sourcePartition,
        long firstOffset,
        long lastOffset,
        boolean last,
        long archivedOffset,
        OptionalLong archivedArrivalMicros) {
    /** Copies the collections. */
    public ArchiveObject {
        framesByTrack = Map.copyOf(framesByTrack);
        gaps = List.copyOf(gaps);
    }
}
