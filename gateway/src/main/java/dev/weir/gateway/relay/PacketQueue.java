package dev.weir.gateway.relay;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Bounded queue of packets between one producing and one consuming thread, without locks and, after the first packet, without
 * allocation: who waits for a stream that is silent holds no room for packets.
 */
public final class PacketQueue {
    private final int capacity;
    private volatile @Nullable AtomicReferenceArray<@Nullable RelayPacket> slots;
    private long head;
    private long tail;

    /** Holds at least {@code capacity} packets: the next power of two. */
    public PacketQueue(int capacity) {
        this.capacity = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
    }

    /** Adds {@code packet}, or returns false when the queue is full. Producer only. */
    public boolean offer(RelayPacket packet) {
        AtomicReferenceArray<@Nullable RelayPacket> room = slots;
        if (room == null) {
            room = new AtomicReferenceArray<>(capacity);
            slots = room;
        }
        int slot = (int) tail & (capacity - 1);
        if (room.getAcquire(slot) != null) {
            return false;
        }
        room.setRelease(slot, packet);
        tail++;
        return true;
    }

    /** Takes the oldest packet, null when there is none. Consumer only. */
    public @Nullable RelayPacket poll() {
        AtomicReferenceArray<@Nullable RelayPacket> room = slots;
        if (room == null) {
            return null;
        }
        int slot = (int) head & (capacity - 1);
        RelayPacket packet = room.getAcquire(slot);
        if (packet != null) {
            room.setRelease(slot, null);
            head++;
        }
        return packet;
    }

    /** Returns whether a {@link #poll} would find nothing. Consumer only. */
    public boolean isEmpty() {
        AtomicReferenceArray<@Nullable RelayPacket> room = slots;
        return room == null || room.getAcquire((int) head & (capacity - 1)) == null;
    }
}
