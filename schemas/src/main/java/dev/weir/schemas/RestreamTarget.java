package dev.weir.schemas;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a target of restreaming does. Topic weir.restream.v1, compacted, key = streamId/name. Counters begin with the task.
 *
 * <p>The components are the fields of the schema of this name, in its order; absent values are empty.
 *
 * @param name name of the connector
 * @param target protocol, host and port; the rest of the URL may be secret
 * @param sinceMicros when the state began
 * @param bitrateBps bits of media per second over the last seconds
 * @param delayMillis how far the last batch sent was behind its arrival at the gateway; 0 before the first
 * @param bytesSent media sent
 * @param bytesQueued media that waits to be sent
 * @param batchesSkipped records of the media log passed over because they were too old
 * @param skips how often the delay was above its bound
 * @param connects connections that the receiver took
 * @param failures connections that failed, or could not be opened
 * @param lastError the last failure, for people
 * @param lastErrorMicros when it happened
 */
public record RestreamTarget(
        String streamId,
        String name,
        String target,
        TargetState state,
        long sinceMicros,
        long updatedMicros,
        long bitrateBps,
        long delayMillis,
        long bytesSent,
        long bytesQueued,
        long batchesSkipped,
        long skips,
        long connects,
        long failures,
        Optional<String> lastError,
        OptionalLong lastErrorMicros) {

    /** Returns the key of the records of one target; one without a value tells that it was removed. */
    public static String keyOf(String streamId, String name) {
        return streamId + "/" + name;
    }
}
