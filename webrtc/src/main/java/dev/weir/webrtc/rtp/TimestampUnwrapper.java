package dev.weir.webrtc.rtp;

/**
 * Extends 32-bit RTP timestamps of one SSRC to 64 bits, following them over wraps in both directions. The first timestamp
 * keeps its value plus 2^32, so that reordered ones before it stay positive. Not thread-safe: one owner.
 */
public final class TimestampUnwrapper {
    private long highest = -1;

    /** Returns the extended timestamp, in ticks, nearest to the highest one seen so far. */
    public long unwrap(long timestamp) {
        if (highest < 0) {
            highest = 0x1_0000_0000L + (timestamp & 0xFFFF_FFFFL);
            return highest;
        }
        long extended = peek(timestamp);
        if (extended > highest) {
            highest = extended;
        }
        return extended;
    }

    /** Returns what {@link #unwrap} would return, without moving the reference (for sender reports). */
    public long peek(long timestamp) {
        return highest < 0 ? 0x1_0000_0000L + (timestamp & 0xFFFF_FFFFL) : highest + (int) (timestamp - highest);
    }

    /** Returns the highest extended timestamp seen, -1 before the first. */
    public long highest() {
        return highest;
    }
}
