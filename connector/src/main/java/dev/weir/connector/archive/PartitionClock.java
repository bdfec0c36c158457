package dev.weir.connector.archive;

import java.util.HashMap;
import java.util.Map;

/**
 * Measures the passing of time in one partition by what its streams say, each relative to itself, so that gateways
 * whose clocks differ do not disturb each other. Never goes back. One thread.
 */
final class PartitionClock {
    private record Anchor(long arrivalMicros, long clockMicros) {}

    private final Map<String, Anchor> anchors = new HashMap<>();
    private long nowMicros;

    /** Takes the arrival stamp of a record of {@code streamId} and returns the partition's time. */
    long advance(String streamId, long arrivalMicros) {
        Anchor anchor = anchors.computeIfAbsent(streamId, id -> new Anchor(arrivalMicros, nowMicros));
        nowMicros = Math.max(nowMicros, anchor.clockMicros + arrivalMicros - anchor.arrivalMicros);
        return nowMicros;
    }

    /** Forgets a stream; it is anchored anew when it returns. */
    void forget(String streamId) {
        anchors.remove(streamId);
    }
}
