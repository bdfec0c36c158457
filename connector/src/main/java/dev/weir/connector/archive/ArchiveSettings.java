package dev.weir.connector.archive;

import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.mux.Packaging;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to archive.
 *
 * @param prefix what every key starts with; empty or ending in {@code /}
 * @param segmentDuration media time after which an object is cut at the next keyframe
 * @param segmentBytes size after which an object is cut at the next keyframe; at twice this size, or twice the
 *     duration, it is cut at any frame
 * @param bufferBytes heap for open objects and those being written; above it they move into files, and partitions are paused
 * @param silence media time without a sign of life, measured on the other streams of the partition, after which an
 *     epoch is taken for ended: its gateway died
 * @param assemble how frames are put together
 * @param packaging which container objects get
 * @param keys how objects are named, below the prefix
 * @param keyframeIndex whether an index of its keyframes is written beside each object
 * @param thumbnails how to make pictures of keyframes, empty = not at all
 * @param spillFolder where files go that take over what the heap has no room for
 */
public record ArchiveSettings(
        String prefix,
        Duration segmentDuration,
        long segmentBytes,
        long bufferBytes,
        Duration silence,
        AssembleConfig assemble,
        Packaging packaging,
        KeyTemplate keys,
        boolean keyframeIndex,
        Optional<ThumbnailSettings> thumbnails,
        Path spillFolder) {
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    /** Checks the ranges. */
    public ArchiveSettings {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("the prefix must end in /: " + prefix);
        }
        if (segmentDuration.toMillis() < 1 || segmentBytes < 1 || bufferBytes < 1) {
            throw new IllegalArgumentException("segment duration, segment bytes and buffer bytes must be positive");
        }
    }

    /** Archives under the keys, and with the files beside the objects, that users get who ask for no others. */
    public ArchiveSettings(
            String prefix,
            Duration segmentDuration,
            long segmentBytes,
            long bufferBytes,
            Duration silence,
            AssembleConfig assemble,
            Packaging packaging) {
        this(
                prefix,
                segmentDuration,
                segmentBytes,
                bufferBytes,
                silence,
                assemble,
                packaging,
                KeyTemplate.DEFAULT,
                true,
                Optional.empty(),
                TEMPORARY);
    }

    /** Returns the same with other keys. */
    public ArchiveSettings withKeys(KeyTemplate other) {
        return new ArchiveSettings(
                prefix,
                segmentDuration,
                segmentBytes,
                bufferBytes,
                silence,
                assemble,
                packaging,
                other,
                keyframeIndex,
                thumbnails,
                spillFolder);
    }

    /** Returns the same with pictures of keyframes. */
    public ArchiveSettings withThumbnails(ThumbnailSettings wanted) {
        return new ArchiveSettings(
                prefix,
                segmentDuration,
                segmentBytes,
                bufferBytes,
                silence,
                assemble,
                packaging,
                keys,
                keyframeIndex,
                Optional.of(wanted),
                spillFolder);
    }

    /** Returns the same with another folder that takes over what the heap has no room for. */
    public ArchiveSettings withSpillFolder(Path other) {
        return new ArchiveSettings(
                prefix,
                segmentDuration,
                segmentBytes,
                bufferBytes,
                silence,
                assemble,
                packaging,
                keys,
                keyframeIndex,
                thumbnails,
                other);
    }
}
