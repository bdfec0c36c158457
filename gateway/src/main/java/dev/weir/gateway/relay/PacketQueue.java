package dev.weir.gateway.relay;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Bounded queue of packets between one producing and one consuming thread, without locks and, after construction, without
 * allocation.
 */
public final class PacketQueue {
    private final AtomicReferenceArray<@Nullable RelayPacket> slots;
    private final int mask;
    private long head;
    private long tail;

    /** Holds at least {@code capacity} packets: the next power of two. */
    public PacketQueue(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /** Adds {@code packet}, or returns false when the queue is full. Producer only. */
    public boolean offer(RelayPacket packet) {
        int slot = (int) tail & mask;
        if (slots.getAcquire(slot) != null) {
            return false;
        }
        slots.setRelease(slot, packet);
        tail++;
        return true;
    }

    /** Takes the oldest packet, null when there is none. Consumer only. */
    public @Nullable RelayPacket poll() {
        int slot = (int) head & mask;
        RelayPacket packet = slots.getAcquire(slot);
        if (packet != null) {
            slots.setRelease(slot, null);
            head++;
        }
        return packet;
    }

    /** Returns whether a {@link #poll} would find nothing. Consumer only. */
    public boolean isEmpty() {
        return slots.getAcquire((int) head & mask) == null;
    }
}
