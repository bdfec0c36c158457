package dev.weir.connector.restream;

import dev.weir.schemas.TargetState;

/**
 * What a target does, at one instant.
 *
 * @param state where it stands
 * @param bytesSent bytes of media sent since the task's start
 * @param bitrateBps bits per second over the last seconds
 * @param delayMillis how far the last batch sent was behind its arrival at the gateway; 0 before the first
 * @param batchesSkipped batches of the log that were passed over because they were too old
 * @param skips how often the delay was above its bound
 * @param connects connections opened
 * @param failures connections that failed, or could not be opened
 * @param queuedBytes what waits to be sent
 * @param lastError the last failure in one sentence, empty without one
 */
public record RestreamStatus(
        TargetState state,
        long bytesSent,
        long bitrateBps,
        long delayMillis,
        long batchesSkipped,
        long skips,
        long connects,
        long failures,
        long queuedBytes,
        String lastError) {
    private static final int LONGEST_ERROR = 500;

    /** Returns the last failure, cut to a length that others have room for. */
    public String shortError() {
        return lastError.length() <= LONGEST_ERROR ? lastError : lastError.substring(0, LONGEST_ERROR);
    }

    /** Tells it in one line. */
    public String describe() {
        String error = shortError();
        return state + " bitrate=" + bitrateBps + " delayMs=" + delayMillis + " sent=" + bytesSent + " skips=" + skips
                + " connects=" + connects + " failures=" + failures + (error.isEmpty() ? "" : " error: " + error);
    }
}
