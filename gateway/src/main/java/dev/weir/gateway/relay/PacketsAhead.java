package dev.weir.gateway.relay;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the last packets of a layer whose keyframe is awaited. When the first packet of a keyframe was lost and comes as a
 * repair, the others were here before it; without them the picture would be torn. One thread.
 */
public final class PacketsAhead {
    private static final int CAPACITY = 256;

    private final ArrayDeque<RelayPacket> packets = new ArrayDeque<>();

    /** Keeps {@code packet}, and lets the oldest go when there are too many. */
    public void add(RelayPacket packet) {
        if (packets.size() == CAPACITY) {
            packets.removeFirst();
        }
        packets.addLast(packet);
    }

    /** Returns what was sent after {@code start} by the same source, in the order of sending, and forgets everything. */
    public List<RelayPacket> takeAfter(RelayPacket start) {
        if (packets.isEmpty()) {
            return List.of();
        }
        List<RelayPacket> after = packets.stream()
                .filter(packet -> packet.isAfter(start))
                .sorted(Comparator.comparingLong(RelayPacket::extendedSequence))
                .toList();
        packets.clear();
        return after;
    }
}
