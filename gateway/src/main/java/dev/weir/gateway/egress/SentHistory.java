package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last packets sent on one SSRC, for NACKs: the relay's packet where retransmissions have a format of their
 * own, otherwise the protected bytes, because nothing may be protected twice. One thread.
 */
final class SentHistory {
    /** Bytes kept of a protected packet; a longer one is not answered for. */
    private static final int SLOT_BYTES = 1_500;

    private static final long MIN_REPEAT_NANOS = 15_000_000;

    private final int mask;
    private final @Nullable RelayPacket[] packets;
    private final long[] sequences;
    private final long[] timestamps;
    private final long[] resentAt;
    private final int[] lengths;
    private final int[] numbers;
    private final boolean[] markers;
    private final byte[] copies;
    private long newest;

    /** Holds {@code capacity} packets, a power of two; with {@code keepsCopies} their protected bytes too. */
    SentHistory(int capacity, boolean keepsCopies) {
        mask = capacity - 1;
        packets = new RelayPacket[capacity];
        sequences = new long[capacity];
        timestamps = new long[capacity];
        resentAt = new long[capacity];
        lengths = new int[capacity];
        numbers = new int[capacity];
        markers = new boolean[capacity];
        copies = new byte[keepsCopies ? capacity * SLOT_BYTES : 0];
    }

    /** Keeps a packet that went out; {@code pictureNumbers} as {@link PictureNumbers#map} gave them. */
    void add(
            long sequence,
            long timestamp,
            RelayPacket packet,
            boolean marker,
            int pictureNumbers,
            ByteBuffer protectedPacket,
            long nowNanos) {
        int slot = (int) sequence & mask;
        numbers[slot] = pictureNumbers;
        markers[slot] = marker;
        newest = Math.max(newest, sequence);
        packets[slot] = packet;
        sequences[slot] = sequence;
        timestamps[slot] = timestamp;
        resentAt[slot] = nowNanos - MIN_REPEAT_NANOS;
        if (copies.length > 0) {
            int length = protectedPacket.remaining();
            lengths[slot] = length <= SLOT_BYTES ? length : 0;
            if (length <= SLOT_BYTES) {
                protectedPacket.get(protectedPacket.position(), copies, slot * SLOT_BYTES, length);
            }
        }
    }

    /** Returns the slot of {@code sequence} if it is there and was not sent again a moment ago, else -1. */
    int find(long sequence, long nowNanos) {
        int slot = (int) sequence & mask;
        if (packets[slot] == null || sequences[slot] != sequence || nowNanos - resentAt[slot] < MIN_REPEAT_NANOS) {
            return -1;
        }
        resentAt[slot] = nowNanos;
        return slot;
    }

    /** Returns the slot of the {@code steps}-th last packet, -1 when there is none. */
    int back(int steps) {
        long sequence = newest - steps;
        int slot = (int) sequence & mask;
        return steps <= mask && packets[slot] != null && sequences[slot] == sequence ? slot : -1;
    }

    long sequence(int slot) {
        return sequences[slot];
    }

    int numbers(int slot) {
        return numbers[slot];
    }

    boolean marker(int slot) {
        return markers[slot];
    }

    RelayPacket packet(int slot) {
        RelayPacket packet = packets[slot];
        if (packet == null) {
            throw new IllegalStateException("empty slot");
        }
        return packet;
    }

    long timestamp(int slot) {
        return timestamps[slot];
    }

    /** Puts the protected bytes at the beginning of {@code target}, which is ready to be read; empty when there are none. */
    void copyProtected(int slot, ByteBuffer target) {
        target.clear().put(copies, slot * SLOT_BYTES, lengths[slot]).flip();
    }
}
