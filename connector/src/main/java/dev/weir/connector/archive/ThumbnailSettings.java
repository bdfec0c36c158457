package dev.weir.connector.archive;

import java.time.Duration;

/**
 * How to make thumbnails.
 *
 * @param interval media time between two of an object at least
 * @param widthPx width, or less where the picture is smaller
 * @param ffmpeg the program that decodes
 */
public record ThumbnailSettings(Duration interval, int widthPx, String ffmpeg) {
    /** Checks the ranges. */
    public ThumbnailSettings {
        if (interval.toMillis() < 1 || widthPx < 2) {
            throw new IllegalArgumentException("interval and width of thumbnails must be positive");
        }
    }
}
