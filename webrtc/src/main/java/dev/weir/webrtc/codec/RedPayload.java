package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Reads the blocks of a payload of redundant audio (RFC 2198): repetitions of earlier payloads, and last the primary one.
 * One object for many payloads; not thread-safe; no allocation, never throws on network bytes.
 */
public final class RedPayload {
    private static final int MAX_BLOCKS = 16;
    private static final int HEADER_LENGTH = 4;
    private static final int FOLLOWED = 0x80;

    private final int[] payloadTypes = new int[MAX_BLOCKS];
    private final int[] offsets = new int[MAX_BLOCKS];
    private final int[] starts = new int[MAX_BLOCKS];
    private final int[] lengths = new int[MAX_BLOCKS];
    private int count;

    /** Reads {@code length} bytes from the absolute index {@code start} on; false when they are no such payload. */
    public boolean read(ByteBuffer packet, int start, int length) {
        int end = start + length;
        int at = start;
        count = 0;
        int bytes = 0;
        while (at < end && (packet.get(at) & FOLLOWED) != 0) {
            if (end - at < HEADER_LENGTH || count == MAX_BLOCKS - 1) {
                return false;
            }
            int header = packet.getInt(at);
            payloadTypes[count] = header >>> 24 & 0x7F;
            offsets[count] = header >>> 10 & 0x3FFF;
            lengths[count] = header & 0x3FF;
            bytes += lengths[count];
            count++;
            at += HEADER_LENGTH;
        }
        if (at >= end || bytes > end - at - 1) {
            return false;
        }
        payloadTypes[count] = packet.get(at++);
        offsets[count] = 0;
        lengths[count] = end - at - bytes;
        count++;
        for (int i = 0; i < count; i++) {
            starts[i] = at;
            at += lengths[i];
        }
        return true;
    }

    /** Returns the index of the primary block; those below are repetitions, oldest first. */
    public int primary() {
        return count - 1;
    }

    public int payloadType(int block) {
        return payloadTypes[block];
    }

    /** Returns by how many ticks the block is older than the primary one. */
    public int timestampOffset(int block) {
        return offsets[block];
    }

    /** Returns the absolute index of the block's first byte in the packet that was read. */
    public int start(int block) {
        return starts[block];
    }

    /** Returns the block's length in bytes. */
    public int length(int block) {
        return lengths[block];
    }
}
