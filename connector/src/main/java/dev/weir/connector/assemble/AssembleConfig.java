package dev.weir.connector.assemble;

import java.time.Duration;

/**
 * How to assemble. All durations are measured by the arrival stamps in the log, never by a clock.
 *
 * @param reorderWindow how long a missing packet is waited for, and how far frames of all tracks are held back to come
 *     out in order
 * @param syncHold how long the start of an epoch is held back at most until every track has sent a frame and a sender
 *     report, so that they are aligned from the first frame on
 * @param keepDamaged whether video frames with holes and those that refer to them are kept
 */
public record AssembleConfig(Duration reorderWindow, Duration syncHold, boolean keepDamaged) {
    /** What the archive uses: 2 s, 6 s, damaged frames dropped up to the next keyframe. */
    public static final AssembleConfig ARCHIVE =
            new AssembleConfig(Duration.ofSeconds(2), Duration.ofSeconds(6), false);

    /** What live restreaming uses: 200 ms, no hold, damaged frames dropped up to the next keyframe. */
    public static final AssembleConfig LIVE = new AssembleConfig(Duration.ofMillis(200), Duration.ZERO, false);

    /** Checks the durations. */
    public AssembleConfig {
        if (reorderWindow.isNegative() || syncHold.isNegative()) {
            throw new IllegalArgumentException(
                    "reorderWindow and syncHold must not be negative: " + reorderWindow + ", " + syncHold);
        }
    }
}
