package dev.weir.webrtc.rtcp;

/**
 * Receives what a compound RTCP packet says, in its order; every method does nothing by default. Values are raw: 32-bit
 * timestamps and counts are unsigned in a {@code long}, SSRCs raw bits. Called by {@link RtcpReader} on its caller's thread.
 */
public interface RtcpHandler {
    /** A sender report (RFC 3550 section 6.4.1); its report blocks follow through {@link #onReportBlock}. */
    default void onSenderReport(int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {}

    /** A report block of a sender or receiver report; {@code lastSr} and {@code delaySinceLastSr} in 1/65,536 s, {@code cumulativeLost} signed. */
    default void onReportBlock(
            int reporterSsrc,
            int sourceSsrc,
            int fractionLost,
            int cumulativeLost,
            long extendedHighestSequence,
            long jitterTicks,
            long lastSr,
            long delaySinceLastSr) {}

    /** One sequence number of a generic NACK (RFC 4585 section 6.2.1); called once for each. */
    default void onNack(int mediaSsrc, int sequenceNumber) {}

    /** A picture loss indication (RFC 4585 section 6.3.1). */
    default void onPli(int mediaSsrc) {}

    /** A full intra request for one SSRC (RFC 5104 section 4.3.1). */
    default void onFir(int mediaSsrc, int commandSequence) {}

    /** A receiver-estimated maximum bitrate in bits per second. */
    default void onRemb(long bitrateBps) {}

    /** A transport-wide congestion control feedback. */
    default void onTransportFeedback(TransportFeedback feedback) {}

    /** A goodbye for one source (RFC 3550 section 6.6). */
    default void onBye(int ssrc) {}
}
