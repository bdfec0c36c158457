package dev.weir.connector.archive;

/** When an object is long or large enough: at the next entry into the media, and at twice that anywhere. */
record SegmentLimits(long durationMicros, long bytes) {
    SegmentLimits(ArchiveSettings settings) {
        this(settings.segmentDuration().toNanos() / 1000, settings.segmentBytes());
    }

    /**
     * Returns whether the object ends here.
     *
     * @param entry whether a player can begin here
     * @param ageMicros media time since the object's start
     * @param length bytes in the object
     */
    boolean reached(boolean entry, long ageMicros, long length) {
        boolean due = ageMicros >= durationMicros || length >= bytes;
        boolean overdue = ageMicros >= 2 * durationMicros || length >= 2 * bytes;
        return (entry && due) || overdue;
    }
}
