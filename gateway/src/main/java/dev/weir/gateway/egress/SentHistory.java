package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last packets sent on one SSRC, for NACKs: the relay's packet where retransmissions have a format of their
 * own, otherwise the protected bytes, because nothing may be protected twice. One thread.
 */
final class SentHistory {
    /** Bytes kept of a protected packet; a longer one is not answered for. */
    private static final int SLOT_BYTES = 1_500;

    private static final long MIN_REPEAT_NANOS = 15_000_000;

    /** Words per packet: its sequence number, its time stamp, picture numbers and marker. */
    private static final int WORDS = 3;

    private final int mask;
    private final @Nullable RelayPacket[] packets;
    /** Side by side, because a packet to a viewer finds none of this in the cache. */
    private final long[] words;
    /** Only touched by repeats; a slot's former packet was repeated too long ago to count. */
    private final long[] resentAt;

    /** Which packet of those that had the slot is known to have come by a repeat. */
    private final long[] arrived;

    private final int[] lengths;
    private final byte[] copies;
    private long newest;

    /** Holds {@code capacity} packets, a power of two; with {@code keepsCopies} their protected bytes too. */
    SentHistory(int capacity, boolean keepsCopies, long nowNanos) {
        mask = capacity - 1;
        packets = new RelayPacket[capacity];
        words = new long[capacity * WORDS];
        resentAt = new long[capacity];
        Arrays.fill(resentAt, nowNanos - MIN_REPEAT_NANOS);
        arrived = new long[capacity];
        lengths = new int[keepsCopies ? capacity : 0];
        copies = new byte[keepsCopies ? capacity * SLOT_BYTES : 0];
    }

    /** Keeps a packet that went out; {@code pictureNumbers} as {@link PictureNumbers#map} gave them. */
    void add(
            long sequence,
            long timestamp,
            RelayPacket packet,
            boolean marker,
            int pictureNumbers,
            ByteBuffer protectedPacket) {
        int slot = (int) sequence & mask;
        newest = Math.max(newest, sequence);
        packets[slot] = packet;
        words[slot * WORDS] = sequence;
        words[slot * WORDS + 1] = timestamp;
        words[slot * WORDS + 2] = (long) pictureNumbers << 1 | (marker ? 1 : 0);
        if (copies.length > 0) {
            int length = protectedPacket.remaining();
            lengths[slot] = length <= SLOT_BYTES ? length : 0;
            if (length <= SLOT_BYTES) {
                protectedPacket.get(protectedPacket.position(), copies, slot * SLOT_BYTES, length);
            }
        }
    }

    /** Returns the slot of {@code sequence}, -1 when it is not there any more. */
    int find(long sequence) {
        int slot = (int) sequence & mask;
        return holds(slot, sequence) ? slot : -1;
    }

    /** Returns whether what is in {@code slot} was not sent again less than {@code quietNanos} ago. */
    boolean isDue(int slot, long quietNanos, long nowNanos) {
        return nowNanos - resentAt[slot] >= Math.max(MIN_REPEAT_NANOS, quietNanos);
    }

    /** Returns whether what is in {@code slot} is not known to have come, nor was sent again after {@code sentNanos}. */
    boolean isMissing(int slot, long sentNanos) {
        return arrived[slot] != sequence(slot) && resentAt[slot] - sentNanos <= 0;
    }

    /** Notes that what is in {@code slot} is sent again at {@code atNanos}, now or soon. */
    void onRepeat(int slot, long atNanos) {
        resentAt[slot] = atNanos;
    }

    void onArrived(int slot) {
        arrived[slot] = sequence(slot);
    }

    /** Returns the slot of the {@code steps}-th last packet, -1 when there is none. */
    int back(int steps) {
        long sequence = newest - steps;
        int slot = (int) sequence & mask;
        return steps <= mask && holds(slot, sequence) ? slot : -1;
    }

    private boolean holds(int slot, long sequence) {
        return packets[slot] != null && words[slot * WORDS] == sequence;
    }

    long sequence(int slot) {
        return words[slot * WORDS];
    }

    int numbers(int slot) {
        return (int) (words[slot * WORDS + 2] >> 1);
    }

    boolean marker(int slot) {
        return (words[slot * WORDS + 2] & 1) != 0;
    }

    RelayPacket packet(int slot) {
        RelayPacket packet = packets[slot];
        if (packet == null) {
            throw new IllegalStateException("empty slot");
        }
        return packet;
    }

    long timestamp(int slot) {
        return words[slot * WORDS + 1];
    }

    /** Puts the protected bytes at the beginning of {@code target}, which is ready to be read; empty when there are none. */
    void copyProtected(int slot, ByteBuffer target) {
        target.clear().put(copies, slot * SLOT_BYTES, lengths[slot]).flip();
    }
}
