package dev.weir.webrtc.rtcp;

import java.nio.ByteBuffer;

/**
 * Writes RTCP packets one after another at the position of the caller's buffer, which advances; several calls make a
 * compound. Too little room throws {@link java.nio.BufferOverflowException}: that is the caller's bug. No allocation.
 */
public final class RtcpWriter {
    private static final int MAX_MANTISSA = 0x3_FFFF;

    private RtcpWriter() {}

    /** Writes a sender report without report blocks (RFC 3550 section 6.4.1), 28 bytes. */
    public static void senderReport(
            ByteBuffer out, int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {
        header(out, 0, RtcpType.SENDER_REPORT, 6);
        out.putInt(ssrc);
        out.putLong(ntpTimestamp);
        out.putInt((int) rtpTimestamp);
        out.putInt((int) packetCount);
        out.putInt((int) octetCount);
    }

    /**
     * Begins a receiver report (section 6.4.2) with {@code blocks} (0 to 31) report blocks, each to be written next by
     * {@link #reportBlock}.
     */
    public static void receiverReport(ByteBuffer out, int ssrc, int blocks) {
        header(out, blocks, RtcpType.RECEIVER_REPORT, 1 + 6 * blocks);
        out.putInt(ssrc);
    }

    /** Writes one report block, 24 bytes; a {@code cumulativeLost} outside 24 signed bits is clamped. */
    public static void reportBlock(
            ByteBuffer out,
            int sourceSsrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequence,
            long jitterTicks,
            long lastSr,
            long delaySinceLastSr) {
        int lost = Math.max(-0x80_0000, Math.min(0x7F_FFFF, cumulativeLost));
        out.putInt(sourceSsrc);
        out.putInt(fractionLost << 24 | (lost & 0xFF_FFFF));
        out.putInt((int) extendedHighestSequence);
        out.putInt((int) jitterTicks);
        out.putInt((int) lastSr);
        out.putInt((int) delaySinceLastSr);
    }

    /** Writes a source description with one CNAME (section 6.5); {@code cname} is UTF-8 of at most 255 bytes. */
    public static void sdesCname(ByteBuffer out, int ssrc, byte[] cname) {
        int chunk = 4 + 2 + cname.length;
        int padding = 4 - chunk % 4; // At least one zero byte ends the item list.
        header(out, 1, RtcpType.SOURCE_DESCRIPTION, (chunk + padding) / 4);
        out.putInt(ssrc);
        out.put((byte) 1).put((byte) cname.length).put(cname);
        for (int i = 0; i < padding; i++) {
            out.put((byte) 0);
        }
    }

    /**
     * Writes a generic NACK (RFC 4585 section 6.2.1) for the first {@code count} of {@code sequenceNumbers}, ascending in
     * serial order; numbers within 16 of each other share an entry. Nothing when {@code count} is 0.
     */
    public static void nack(ByteBuffer out, int senderSsrc, int mediaSsrc, int[] sequenceNumbers, int count) {
        if (count == 0) {
            return;
        }
        int start = out.position();
        feedbackHeader(out, RtcpType.FORMAT_NACK, RtcpType.TRANSPORT_FEEDBACK, 0, senderSsrc, mediaSsrc);
        int i = 0;
        while (i < count) {
            int packetId = sequenceNumbers[i++] & 0xFFFF;
            int mask = 0;
            while (i < count) {
                int ahead = (sequenceNumbers[i] - packetId) & 0xFFFF;
                if (ahead > 16) {
                    break;
                }
                if (ahead > 0) {
                    mask |= 1 << (ahead - 1);
                }
                i++;
            }
            out.putShort((short) packetId).putShort((short) mask);
        }
        fixLength(out, start);
    }

    /** Writes a picture loss indication (RFC 4585 section 6.3.1), 12 bytes. */
    public static void pli(ByteBuffer out, int senderSsrc, int mediaSsrc) {
        feedbackHeader(out, RtcpType.FORMAT_PLI, RtcpType.PAYLOAD_FEEDBACK, 0, senderSsrc, mediaSsrc);
    }

    /**
     * Writes a full intra request (RFC 5104 section 4.3.1), 20 bytes; the 8-bit {@code commandSequence} grows with each new
     * request.
     */
    public static void fir(ByteBuffer out, int senderSsrc, int mediaSsrc, int commandSequence) {
        feedbackHeader(out, RtcpType.FORMAT_FIR, RtcpType.PAYLOAD_FEEDBACK, 2, senderSsrc, 0);
        out.putInt(mediaSsrc).putInt(commandSequence << 24);
    }

    /** Writes a receiver-estimated maximum bitrate for one media source, 24 bytes; rounds down to 18 significant bits. */
    public static void remb(ByteBuffer out, int senderSsrc, int mediaSsrc, long bitrateBps) {
        feedbackHeader(out, RtcpType.FORMAT_APPLICATION, RtcpType.PAYLOAD_FEEDBACK, 3, senderSsrc, 0);
        long mantissa = Math.max(0, bitrateBps);
        int exponent = 0;
        while (mantissa > MAX_MANTISSA) {
            mantissa >>>= 1;
            exponent++;
        }
        out.putInt(RtcpType.REMB);
        out.putInt(1 << 24 | exponent << 18 | (int) mantissa);
        out.putInt(mediaSsrc);
    }

    /**
     * Writes a transport-wide feedback for up to {@code count} consecutive packets from {@code baseSequence}; packet i
     * arrived at {@code arrivalTicks[i]} (250 µs ticks, not negative, see {@link TransportFeedback}) or, when that is
     * {@link Long#MIN_VALUE}, not at all. Stops early when two arrivals are too far apart for one feedback.
     *
     * @return how many packets it reported; 0 when the first received one is missing (then nothing is written)
     */
    public static int transportFeedback(
            ByteBuffer out,
            int senderSsrc,
            int mediaSsrc,
            int baseSequence,
            int feedbackCount,
            long[] arrivalTicks,
            int count) {
        int reported = TransportFeedbackWriter.reportable(arrivalTicks, count);
        if (reported == 0) {
            return 0;
        }
        int start = out.position();
        feedbackHeader(out, RtcpType.FORMAT_TRANSPORT_WIDE, RtcpType.TRANSPORT_FEEDBACK, 0, senderSsrc, mediaSsrc);
        TransportFeedbackWriter.write(out, baseSequence, feedbackCount, arrivalTicks, reported);
        while ((out.position() - start) % 4 != 0) {
            out.put((byte) 0);
        }
        fixLength(out, start);
        return reported;
    }

    /** Writes a goodbye for one source (RFC 3550 section 6.6), 8 bytes. */
    public static void bye(ByteBuffer out, int ssrc) {
        header(out, 1, RtcpType.BYE, 1);
        out.putInt(ssrc);
    }

    private static void header(ByteBuffer out, int countOrFormat, int type, int words) {
        out.put((byte) (0x80 | countOrFormat)).put((byte) type).putShort((short) words);
    }

    private static void feedbackHeader(
            ByteBuffer out, int format, int type, int bodyWords, int senderSsrc, int mediaSsrc) {
        header(out, format, type, 2 + bodyWords);
        out.putInt(senderSsrc).putInt(mediaSsrc);
    }

    private static void fixLength(ByteBuffer out, int start) {
        out.putShort(start + 2, (short) ((out.position() - start) / 4 - 1));
    }
}
