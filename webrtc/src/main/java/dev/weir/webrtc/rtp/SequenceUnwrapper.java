package dev.weir.webrtc.rtp;

/**
 * Extends 16-bit sequence numbers of one SSRC to 64 bits (RFC 3550 appendix A.1), following them over wraps in both
 * directions. The first number keeps its value plus 65,536, so that packets that were reordered before it stay positive.
 * Not thread-safe: one owner.
 */
public final class SequenceUnwrapper {
    private long highest = -1;

    /** Returns the extended sequence number nearest to the highest one seen so far. */
    public long unwrap(int sequenceNumber) {
        if (highest < 0) {
            highest = 0x1_0000L + (sequenceNumber & 0xFFFF);
            return highest;
        }
        long extended = peek(sequenceNumber);
        if (extended > highest) {
            highest = extended;
        }
        return extended;
    }

    /** Returns what {@link #unwrap} would return, without moving the reference. */
    public long peek(int sequenceNumber) {
        return highest < 0
                ? 0x1_0000L + (sequenceNumber & 0xFFFF)
                : highest + SequenceNumbers.distance((int) highest & 0xFFFF, sequenceNumber & 0xFFFF);
    }

    /** Returns the highest extended sequence number seen, -1 before the first. */
    public long highest() {
        return highest;
    }
}
