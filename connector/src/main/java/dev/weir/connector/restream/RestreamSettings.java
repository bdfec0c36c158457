package dev.weir.connector.restream;

import java.time.Duration;

/**
 * How one stream is pushed.
 *
 * @param streamId the stream
 * @param target the receiver as logs may show it, without secrets
 * @param start where in the log to begin
 * @param latency how far sending lags behind arrival, so that the bursts of the log leave evenly
 * @param maxDelay above this, beyond latency and start, sending goes on at the newest keyframe
 * @param catchUp whether a new connection goes on where the last one stopped, if that is not too old, instead of at the
 *     newest keyframe
 * @param bufferBytes above this the task stops to read the log
 * @param stallTimeout a receiver that takes nothing for so long is disconnected
 * @param firstPause pause before the second attempt to connect; doubles up to {@code longestPause}
 */
public record RestreamSettings(
        String streamId,
        String target,
        StartPosition start,
        Duration latency,
        Duration maxDelay,
        boolean catchUp,
        long bufferBytes,
        Duration stallTimeout,
        Duration firstPause,
        Duration longestPause) {
    /** Checks the ranges. */
    public RestreamSettings {
        if (streamId.isEmpty() || bufferBytes < 1 || latency.isNegative()) {
            throw new IllegalArgumentException("a stream, a buffer of 1 byte or more, a latency of 0 or more: "
                    + streamId + ", " + bufferBytes + ", " + latency);
        }
        if (maxDelay.compareTo(Duration.ofMillis(500)) < 0
                || !isPositive(stallTimeout)
                || !isPositive(firstPause)
                || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("a delay of 500 ms or more, positive times, and pauses in order: "
                    + maxDelay + ", " + stallTimeout + ", " + firstPause + ", " + longestPause);
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
