package dev.weir.webrtc.rtcp;

import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears, one line each. */
final class RecordingHandler implements RtcpHandler {
    final List<String> heard = new ArrayList<>();
    final List<TransportFeedback> feedbacks = new ArrayList<>();

    @Override
    public void onSenderReport(int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {
        heard.add("SR " + ssrc + " " + Long.toHexString(ntpTimestamp) + " " + rtpTimestamp + " " + packetCount + " "
                + octetCount);
    }

    @Override
    public void onReportBlock(
            int reporterSsrc,
            int sourceSsrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequence,
            long jitterTicks,
            long lastSr,
            long delaySinceLastSr) {
        heard.add("block " + reporterSsrc + " " + sourceSsrc + " " + fractionLost + " " + cumulativeLost + " "
                + extendedHighestSequence + " " + jitterTicks + " " + lastSr + " " + delaySinceLastSr);
    }

    @Override
    public void onNack(int mediaSsrc, int sequenceNumber) {
        heard.add("NACK " + mediaSsrc + " " + sequenceNumber);
    }

    @Override
    public void onPli(int mediaSsrc) {
        heard.add("PLI " + mediaSsrc);
    }

    @Override
    public void onFir(int mediaSsrc, int commandSequence) {
        heard.add("FIR " + mediaSsrc + " " + commandSequence);
    }

    @Override
    public void onRemb(long bitrateBps) {
        heard.add("REMB " + bitrateBps);
    }

    @Override
    public void onTransportFeedback(TransportFeedback feedback) {
        feedbacks.add(feedback);
        heard.add("TWCC " + feedback.baseSequence() + " " + feedback.packetCount());
    }

    @Override
    public void onBye(int ssrc) {
        heard.add("BYE " + ssrc);
    }
}
