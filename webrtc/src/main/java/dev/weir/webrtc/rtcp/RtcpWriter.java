package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;

/**
 * Writes RTCP packets one after another at the position of the caller's buffer, which advances; several calls make a
 * compound. Too little room throws {@link java.nio.BufferOverflowException}: that is the caller's bug. No allocation.
 */
public final class RtcpWriter {
    private RtcpWriter() {}

    /** Writes a sender report without report blocks (RFC 3550 section 6.4.1), 28 bytes. */
    public static void senderReport(
            ByteBuffer out, int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {
        throw new UnsupportedOperationException("soon");
    }

    /** Begins a receiver report (section 6.4.2) with {@code blocks} report blocks, each to be written next by {@link #reportBlock}. */
    public static void receiverReport(ByteBuffer out, int ssrc, int blocks) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes one report block, 24 bytes. */
    public static void reportBlock(
            ByteBuffer out,
            int sourceSsrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequence,
            long jitterTicks,
            long lastSr,
            long delaySinceLastSr) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a source description with one CNAME (section 6.5); {@code cname} is UTF-8 of at most 255 bytes. */
    public static void sdesCname(ByteBuffer out, int ssrc, byte[] cname) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a generic NACK (RFC 4585 section 6.2.1) for the first {@code count} of {@code sequenceNumbers}, ascending in serial order; consecutive ones share an entry. */
    public static void nack(ByteBuffer out, int senderSsrc, int mediaSsrc, int[] sequenceNumbers, int count) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a picture loss indication (RFC 4585 section 6.3.1), 12 bytes. */
    public static void pli(ByteBuffer out, int senderSsrc, int mediaSsrc) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a full intra request (RFC 5104 section 4.3.1), 20 bytes; the 8-bit {@code commandSequence} grows with each new request. */
    public static void fir(ByteBuffer out, int senderSsrc, int mediaSsrc, int commandSequence) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a receiver-estimated maximum bitrate for one media source, 24 bytes. */
    public static void remb(ByteBuffer out, int senderSsrc, int mediaSsrc, long bitrateBps) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Writes a transport-wide feedback for {@code count} consecutive packets from {@code baseSequence}; packet i arrived at
     * {@code arrivalTicks[i]} (250 µs ticks, never negative, see {@link TransportFeedback}) or, when that is
     * {@link Long#MIN_VALUE}, not at all. Writes fewer packets when two arrivals are too far apart to be told in one
     * feedback; returns how many it wrote, 0 when none had arrived (then nothing is written).
     */
    public static int transportFeedback(
            ByteBuffer out,
            int senderSsrc,
            int mediaSsrc,
            int baseSequence,
            int feedbackCount,
            long[] arrivalTicks,
            int count) {
        throw new UnsupportedOperationException("soon");
    }

    /** Writes a goodbye for one source (RFC 3550 section 6.6), 8 bytes. */
    public static void bye(ByteBuffer out, int ssrc) {
        throw new UnsupportedOperationException("soon");
    }
}
