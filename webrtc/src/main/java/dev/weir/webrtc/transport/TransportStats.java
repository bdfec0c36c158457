package dev.weir.webrtc.transport;

/** Holds the counters of one {@link PeerTransport}: what arrived, what was dropped and why, what left. */
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
        long droppedUnvalidated) {}
