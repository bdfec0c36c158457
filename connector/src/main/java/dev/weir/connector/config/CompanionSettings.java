package dev.weir.connector.config;

import dev.weir.connector.archive.ThumbnailSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** Settings of what is written beside the objects of the archive. Immutable. */
public final class CompanionSettings {
    private static final String KEYFRAME_INDEX = "archive.keyframe.index";
    private static final String THUMBNAIL_INTERVAL_MS = "archive.thumbnail.interval.ms";
    private static final String THUMBNAIL_WIDTH = "archive.thumbnail.width";
    private static final String FFMPEG = "archive.ffmpeg.path";

    private final AbstractConfig values;

    CompanionSettings(AbstractConfig values) {
        this.values = values;
    }

    static void define(ConfigDef definition) {
        new SettingGroup(definition, "Beside the objects")
                .add(
                        KEYFRAME_INDEX,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        SettingGroup.anything(),
                        Importance.LOW,
                        "Whether a JSON file beside each object with video tells where its keyframes are.")
                .add(
                        THUMBNAIL_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        0L,
                        ConfigDef.Range.between(0L, 86_400_000L),
                        Importance.LOW,
                        "Media time between two thumbnails of an object: JPEG pictures of keyframes, the first one"
                                + " always. 0 = none. Needs FFmpeg on the worker.")
                .add(
                        THUMBNAIL_WIDTH,
                        ConfigDef.Type.INT,
                        320,
                        ConfigDef.Range.between(16, 7680),
                        Importance.LOW,
                        "Width of thumbnails in pixels; smaller pictures stay as they are.")
                .add(
                        FFMPEG,
                        ConfigDef.Type.STRING,
                        "ffmpeg",
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "The program FFmpeg, for thumbnails.");
    }

    /** Returns whether there is an index of keyframes. */
    public boolean keyframeIndex() {
        return values.getBoolean(KEYFRAME_INDEX);
    }

    /** Returns how to make thumbnails, empty = not at all. */
    public Optional<ThumbnailSettings> thumbnails() {
        Duration interval = Duration.ofMillis(values.getLong(THUMBNAIL_INTERVAL_MS));
        return interval.isZero()
                ? Optional.empty()
                : Optional.of(
                        new ThumbnailSettings(interval, values.getInt(THUMBNAIL_WIDTH), values.getString(FFMPEG)));
    }
}
