package dev.weir.gateway.http;

/**
 * A target that a stream is restreamed to, as its task told last.
 *
 * @param name name of the target
 * @param target protocol, host and port, without what may be secret
 * @param state {@code waiting-for-media}, {@code connecting}, {@code sending}, {@code waiting-to-retry} or {@code stopped}
 * @param stateSeconds how long it has been in that state
 * @param ageSeconds how long ago the task told this; it does every 5 s
 * @param bitrateBps bits of media per second over the last seconds
 * @param delayMillis how far the last batch sent was behind its arrival here
 * @param bytesSent media sent since the task's start
 * @param batchesSkipped records of the log passed over because they were too old
 * @param connects connections that the receiver took
 * @param failures connections that failed, or could not be opened
 * @param lastError the last failure, empty without one
 * @param lastErrorSecondsAgo when it happened, -1 without one
 */
public record TargetView(
        String name,
        String target,
        String state,
        double stateSeconds,
        double ageSeconds,
        long bitrateBps,
        long delayMillis,
        long bytesSent,
        long batchesSkipped,
        long connects,
        long failures,
        String lastError,
        double lastErrorSecondsAgo) {}
