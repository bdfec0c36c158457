package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;

/** Counts what one m-line of a viewer sent and heard. One thread. */
final class TrackCounters {
    long packetsSent;
    long octetsSent;
    long framesSent;
    long keyFramesSent;
    long retransmittedPackets;
    long retransmittedBytes;
    long nacks;
    long plis;
    long firs;
    long packetsLostRemotely;
    int fractionLost;
    long jitterTicks;
    private long keyFrameTimestamp = Long.MIN_VALUE;

    void onSent(RelayPacket packet, boolean marker) {
        packetsSent++;
        octetsSent += packet.payloadLength();
        if (marker) {
            framesSent++;
        }
        if (packet.keyframeStart() && packet.extendedTimestamp() != keyFrameTimestamp) {
            keyFrameTimestamp = packet.extendedTimestamp();
            keyFramesSent++;
        }
    }

    void onResent(RelayPacket packet) {
        retransmittedPackets++;
        retransmittedBytes += packet.payloadLength();
    }
}
