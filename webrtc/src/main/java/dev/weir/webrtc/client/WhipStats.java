package dev.weir.webrtc.client;

/**
 * Counts what a {@link WhipClient} did.
 *
 * @param packetsSent RTP packets, without retransmissions
 * @param bytesSent their payload bytes
 * @param packetsDropped packets that were given while not connected, or faster than the loop takes them
 * @param packetsRequested sequence numbers that NACKs asked for
 * @param packetsRetransmitted how many of them were sent again
 * @param keyframeRequests PLIs and FIRs received
 * @param packetsReported packets, retransmissions too, that transport-wide feedback told of
 * @param packetsReportedLost how many of them it called lost at that time
 */
public record WhipStats(
        long packetsSent,
        long bytesSent,
        long packetsDropped,
        long packetsRequested,
        long packetsRetransmitted,
        long keyframeRequests,
        long packetsReported,
        long packetsReportedLost) {}
