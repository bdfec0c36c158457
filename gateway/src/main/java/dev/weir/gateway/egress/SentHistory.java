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

    /** Ages are told in so many steps, so that no packet has to bear its time. */
    private static final int STEPS = 8;

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
    /** The newest packet at each of the last steps, from {@code step} on the oldest first. */
    private final long[] newestAt = new long[STEPS];

    private int step;
    private long steppedAtNanos;
    private long newest;
    /** Nothing up to here is held any more. */
    private long forgotten;

    /** Holds {@code capacity} packets at most, a power of two; with {@code keepsCopies} their protected bytes too. */
    SentHistory(int capacity, boolean keepsCopies, long nowNanos) {
        mask = capacity - 1;
        packets = new RelayPacket[capacity];
        words = new long[capacity * WORDS];
        resentAt = new long[capacity];
        Arrays.fill(resentAt, nowNanos - MIN_REPEAT_NANOS);
        steppedAtNanos = nowNanos;
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
        if (sequence <= forgotten) {
            return;
        }
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

    /**
     * Lets go of what was sent {@code ageNanos} ago or earlier, and an eighth later at most when called that often. Without
     * this a thin stream would keep its packets long after anybody may ask for them, and the collector copy them meanwhile.
     */
    void forget(long ageNanos, long nowNanos) {
        if (nowNanos - steppedAtNanos < ageNanos / STEPS) {
            return;
        }
        steppedAtNanos = nowNanos;
        long last = newestAt[step];
        for (long sequence = Math.max(forgotten, newest - mask - 1) + 1; sequence <= last; sequence++) {
            packets[(int) sequence & mask] = null;
        }
        forgotten = last;
        newestAt[step] = newest;
        step = (step + 1) % STEPS;
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

    /** Returns the slot of the {@code steps}-th last packet, in rounds over those that are held; -1 when there is none. */
    int back(int steps) {
        long held = Math.min(mask + 1, newest - forgotten);
        return held == 0 ? -1 : find(newest - steps % held);
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
