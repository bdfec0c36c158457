package dev.weir.webrtc.transport;

import dev.weir.webrtc.srtp.UnprotectResult;

/** Counts the traffic of one transport, on its loop. */
final class TrafficCounters {
    long rtpPacketsReceived;
    long rtcpPacketsReceived;
    long bytesReceived;
    long rtpPacketsSent;
    long rtcpPacketsSent;
    long bytesSent;
    long droppedMalformed;
    long droppedAuthentication;
    long droppedReplayed;
    long droppedUnvalidated;
    long checksReceived;
    long checksRefused;

    /** Counts a drop; returns whether the packet is good. */
    boolean accept(UnprotectResult result) {
        return switch (result) {
            case OK -> true;
            case TOO_SHORT -> {
                droppedMalformed++;
                yield false;
            }
            case AUTHENTICATION_FAILED, TOO_MANY_STREAMS -> {
                droppedAuthentication++;
                yield false;
            }
            case REPLAYED -> {
                droppedReplayed++;
                yield false;
            }
        };
    }

    TransportStats snapshot() {
        return new TransportStats(
                rtpPacketsReceived,
                rtcpPacketsReceived,
                bytesReceived,
                rtpPacketsSent,
                rtcpPacketsSent,
                bytesSent,
                droppedMalformed,
                droppedAuthentication,
                droppedReplayed,
                droppedUnvalidated,
                checksReceived,
                checksRefused);
    }
}
