package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Repeats the packets of sound that went before in front of each one (RFC 2198), for a viewer that asked for it: what is lost
 * on its way comes with the next packet, without a round trip. One thread, no allocation per packet.
 */
final class RedundantAudio {
    /** Two repetitions outlive two losses in a row; more cost more than they help. */
    static final int MOST_BLOCKS = 2;

    private static final int MEMORY = 4;
    private static final int FOLLOWED = 0x80;
    private static final int LONGEST_BLOCK = 0x3FF;
    private static final int FARTHEST_TICKS = 0x3FFF;
    /** With headers and protection it still fits every path. */
    private static final int MOST_BYTES = 1_100;

    private final @Nullable RelayPacket[] packets = new RelayPacket[MEMORY];
    private final long[] sequences = new long[MEMORY];
    private final long[] timestamps = new long[MEMORY];

    /**
     * Writes what stands before the payload of {@code primary}, headers and repetitions, at the position of {@code out}, and
     * remembers it for the next ones. Returns how many bytes that are.
     *
     * @param payloadType the one of Opus
     * @param blocks how many earlier packets are repeated at most
     */
    int put(ByteBuffer out, int payloadType, int blocks, long sequence, long timestamp, RelayPacket primary) {
        int start = out.position();
        int oldest = 0;
        int bytes = primary.payloadLength();
        while (oldest < Math.min(blocks, MOST_BLOCKS)) {
            int slot = slot(sequence - oldest - 1, timestamp);
            int length = slot < 0 ? LONGEST_BLOCK : packet(slot).payloadLength();
            if (slot < 0 || bytes + length > MOST_BYTES) {
                break;
            }
            bytes += length;
            oldest++;
        }
        for (int back = oldest; back > 0; back--) {
            int slot = (int) (sequence - back) & (MEMORY - 1);
            int ticks = (int) (timestamp - timestamps[slot]);
            out.put((byte) (FOLLOWED | payloadType));
            out.put((byte) (ticks >>> 6));
            out.putShort((short) ((ticks & 0x3F) << 10 | packet(slot).payloadLength()));
        }
        out.put((byte) payloadType);
        for (int back = oldest; back > 0; back--) {
            RelayPacket repeated = packet((int) (sequence - back) & (MEMORY - 1));
            repeated.copyPayload(out.array(), out.arrayOffset() + out.position());
            out.position(out.position() + repeated.payloadLength());
        }
        int slot = (int) sequence & (MEMORY - 1);
        packets[slot] = primary;
        sequences[slot] = sequence;
        timestamps[slot] = timestamp;
        return out.position() - start;
    }

    /** Returns where the packet {@code sequence} is, -1 when it cannot be a block of one at {@code timestamp}. */
    private int slot(long sequence, long timestamp) {
        int slot = (int) sequence & (MEMORY - 1);
        RelayPacket known = packets[slot];
        long ticks = timestamp - timestamps[slot];
        boolean fits = known != null
                && sequences[slot] == sequence
                && ticks > 0
                && ticks <= FARTHEST_TICKS
                && known.payloadLength() > 0
                && known.payloadLength() <= LONGEST_BLOCK;
        return fits ? slot : -1;
    }

    private RelayPacket packet(int slot) {
        RelayPacket packet = packets[slot];
        if (packet == null) {
            throw new IllegalStateException("empty slot");
        }
        return packet;
    }
}
