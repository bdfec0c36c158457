package dev.weir.webrtc.transport;

/**
 * Holds the counters of one {@link PeerTransport}: what arrived, what was dropped and why, what left.
 *
 * @param checksReceived authentic STUN messages that came
 * @param checksRefused STUN messages for this transport that were not authentic or not understood
 */
public record TransportStats(
        long rtpPacketsReceived,
        long rtcpPacketsReceived,
        long bytesReceived,
        long rtpPacketsSent,
        long rtcpPacketsSent,
        long bytesSent,
        long droppedMalformed,
        long droppedAuthentication,
        long droppedReplayed,
        long droppedUnvalidated,
        long checksReceived,
        long checksRefused) {}
