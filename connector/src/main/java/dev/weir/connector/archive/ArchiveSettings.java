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

    /** Returns a builder with the defaults of the connector's settings. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.prefix = prefix;
        builder.segmentDuration = segmentDuration;
        builder.segmentBytes = segmentBytes;
        builder.bufferBytes = bufferBytes;
        builder.silence = silence;
        builder.assemble = assemble;
        builder.packaging = packaging;
        builder.keys = keys;
        builder.keyframeIndex = keyframeIndex;
        builder.thumbnails = thumbnails;
        builder.spillFolder = spillFolder;
        return builder;
    }

    /** Collects the values; what each means stands at {@link ArchiveSettings}. Not thread-safe. */
    public static final class Builder {
        private String prefix = "";
        private Duration segmentDuration = Duration.ofSeconds(60);
        private long segmentBytes = 64L << 20;
        private long bufferBytes = 128L << 20;
        private Duration silence = Duration.ofMinutes(10);
        private AssembleConfig assemble = AssembleConfig.ARCHIVE;
        private Packaging packaging = Packaging.AUTO;
        private KeyTemplate keys = KeyTemplate.DEFAULT;
        private boolean keyframeIndex = true;
        private Optional<ThumbnailSettings> thumbnails = Optional.empty();
        private Path spillFolder = TEMPORARY;

        private Builder() {}

        /** Sets {@link ArchiveSettings#prefix}. */
        public Builder prefix(String value) {
            prefix = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#segmentDuration}. */
        public Builder segmentDuration(Duration value) {
            segmentDuration = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#segmentBytes}. */
        public Builder segmentBytes(long value) {
            segmentBytes = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#bufferBytes}. */
        public Builder bufferBytes(long value) {
            bufferBytes = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#silence}. */
        public Builder silence(Duration value) {
            silence = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#assemble}. */
        public Builder assemble(AssembleConfig value) {
            assemble = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#packaging}. */
        public Builder packaging(Packaging value) {
            packaging = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#keys}. */
        public Builder keys(KeyTemplate value) {
            keys = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#keyframeIndex}. */
        public Builder keyframeIndex(boolean value) {
            keyframeIndex = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#thumbnails}. */
        public Builder thumbnails(Optional<ThumbnailSettings> value) {
            thumbnails = value;
            return this;
        }

        /** Sets {@link ArchiveSettings#spillFolder}. */
        public Builder spillFolder(Path value) {
            spillFolder = value;
            return this;
        }

        /** Returns the settings. */
        public ArchiveSettings build() {
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
                    spillFolder);
        }
    }
}
