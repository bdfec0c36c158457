package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the video from before the join until it is paced out, and the live packets that came meanwhile behind it. Frames
 * older than the newest of them are to be drawn together in time, one millisecond apart. One thread.
 */
final class JoinReplay {
    private static final int CAPACITY = 16_384;

    private final ArrayDeque<RelayPacket> waiting = new ArrayDeque<>();
    private final Map<Long, Integer> framesBehind = new HashMap<>();
    private long newestTimestamp;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes the packets since the last keyframe, in order of arrival. */
    void start(List<RelayPacket> sinceKeyframe) {
        clear();
        List<Long> timestamps = new ArrayList<>();
        for (RelayPacket packet : sinceKeyframe) {
            waiting.add(packet);
            if (framesBehind.put(packet.extendedTimestamp(), 0) == null) {
                timestamps.add(packet.extendedTimestamp());
            }
        }
        timestamps.sort(Long::compare);
        for (int i = 0; i < timestamps.size(); i++) {
            newestTimestamp = timestamps.get(i);
            framesBehind.put(newestTimestamp, timestamps.size() - 1 - i);
        }
    }

    /** Puts a live packet behind; false when there is no room left. */
    boolean append(RelayPacket packet) {
        return waiting.size() < CAPACITY && waiting.add(packet);
    }

    RelayPacket next() {
        RelayPacket packet = waiting.remove();
        return packet;
    }

    /** Returns the time stamp, extended and in the source's numbering, under which {@code packet} is to be shown. */
    long timestampOf(RelayPacket packet, int clockRateHz) {
        int behind = framesBehind.getOrDefault(packet.extendedTimestamp(), 0);
        return behind == 0 ? packet.extendedTimestamp() : newestTimestamp - (long) behind * (clockRateHz / 1_000);
    }

    void clear() {
        waiting.clear();
        framesBehind.clear();
    }
}
