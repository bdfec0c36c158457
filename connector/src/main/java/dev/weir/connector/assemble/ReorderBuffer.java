package dev.weir.connector.assemble;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Puts the packets of one SSRC into sequence order. A missing packet is waited for until packets behind it have lain here
 * for the window, measured by arrival stamps.
 */
final class ReorderBuffer {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final long windowMicros;
    private final long startHoldMicros;
    private final TreeMap<Long, ReceivedPacket> waiting = new TreeMap<>();
    private long expected = UNKNOWN;
    private long firstArrivalMicros = UNKNOWN;
    private long skipped;

    /** Creates a buffer that waits {@code startHoldMicros} for packets before the first one to arrive. */
    ReorderBuffer(long windowMicros, long startHoldMicros) {
        this.windowMicros = windowMicros;
        this.startHoldMicros = startHoldMicros;
    }

    /** Sets the next sequence number to give out: everything before it is ignored. */
    void expect(long sequence) {
        expected = sequence;
    }

    /** Takes a packet; false when it is a duplicate or too late. */
    boolean add(ReceivedPacket packet) {
        if (firstArrivalMicros == UNKNOWN) {
            firstArrivalMicros = packet.arrivalMicros();
        }
        return (expected == UNKNOWN || packet.sequence() >= expected)
                && waiting.putIfAbsent(packet.sequence(), packet) == null;
    }

    /** Gives out the next packet in order; {@code flush} waits for nothing. */
    Optional<ReceivedPacket> poll(long nowMicros, boolean flush) {
        Map.Entry<Long, ReceivedPacket> first = waiting.firstEntry();
        if (first == null) {
            return Optional.empty();
        }
        if (expected == UNKNOWN) {
            if (!flush && nowMicros - firstArrivalMicros < startHoldMicros) {
                return Optional.empty();
            }
            expected = first.getKey();
        }
        boolean due = first.getKey() == expected
                || flush
                || nowMicros - first.getValue().arrivalMicros() >= windowMicros;
        if (!due) {
            return Optional.empty();
        }
        skipped = first.getKey() - expected;
        expected = first.getKey() + 1;
        waiting.remove(first.getKey());
        return Optional.of(first.getValue());
    }

    /** Returns how many packets were given up right before the one that {@link #poll} gave out last. */
    long skipped() {
        return skipped;
    }

    /** Returns the lowest log offset in here. */
    OptionalLong oldestOffset() {
        return waiting.values().stream().mapToLong(ReceivedPacket::offset).min();
    }
}
