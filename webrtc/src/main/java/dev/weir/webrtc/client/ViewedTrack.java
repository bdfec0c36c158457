package dev.weir.webrtc.client;

import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;

/** The receiving side of one track; on the loop only. */
final class ViewedTrack {
    private static final int MAX_NACKS = 64;

    private final int index;
    private final int[] missing = new int[MAX_NACKS];
    private ReceivedSequence sequence = new ReceivedSequence();
    private int ssrc;
    private boolean known;
    private long lostBefore;
    private long expectedBefore;
    private long receivedBefore;
    private long lastSr;
    private long lastSrNanos;

    ViewedTrack(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }

    int ssrc() {
        return ssrc;
    }

    boolean isKnown() {
        return known;
    }

    long missing() {
        return lostBefore + sequence.missing();
    }

    /** Returns the extended sequence number of a new packet, -1 for a duplicate. */
    long accept(ByteBuffer packet) {
        if (!known || ssrc != RtpHeader.ssrc(packet)) {
            known = true;
            ssrc = RtpHeader.ssrc(packet);
            lostBefore += sequence.missing();
            sequence = new ReceivedSequence();
            expectedBefore = 0;
            receivedBefore = 0;
            lastSr = 0;
        }
        return sequence.accept(RtpHeader.sequenceNumber(packet));
    }

    long highest() {
        return sequence.highest();
    }

    /** Returns the lowest number that can still be asked for. */
    long oldest() {
        return sequence.highest() - ReceivedSequence.WINDOW + 1;
    }

    /**
     * Writes a NACK for what is missing from {@code first} on and was not asked for in vain often, as many as one message
     * holds; returns the number behind the last one, -1 when there was nothing to ask for.
     */
    long writeNack(ByteBuffer out, int senderSsrc, long first) {
        int count = 0;
        long number = first;
        while (number < sequence.highest() && count < MAX_NACKS) {
            if (sequence.request(number)) {
                missing[count++] = (int) number & 0xFFFF;
            }
            number++;
        }
        if (count == 0) {
            return -1;
        }
        out.clear();
        RtcpWriter.receiverReport(out, senderSsrc, 0);
        RtcpWriter.nack(out, senderSsrc, ssrc, missing, count);
        out.flip();
        return number;
    }

    void onSenderReport(long ntpTimestamp, long nowNanos) {
        lastSr = ntpTimestamp >>> 16 & 0xFFFF_FFFFL;
        lastSrNanos = nowNanos;
    }

    void writeReportBlock(ByteBuffer out, long nowNanos) {
        long expected = sequence.expected() - expectedBefore;
        long lost = expected - (sequence.received() - receivedBefore);
        expectedBefore = sequence.expected();
        receivedBefore = sequence.received();
        int fraction = expected <= 0 || lost <= 0 ? 0 : (int) Math.min(255, 256 * lost / expected);
        long delay = lastSr == 0 ? 0 : (nowNanos - lastSrNanos) / 1_000 * 65_536 / 1_000_000;
        RtcpWriter.reportBlock(
                out, ssrc, fraction, (int) sequence.missing(), sequence.highest() & 0xFFFF_FFFFL, 0, lastSr, delay);
    }
}
