package dev.weir.gateway.egress;

import dev.weir.gateway.relay.FreezeDetector;
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
    final FreezeDetector freezes = new FreezeDetector();
    /** When the first picture was sent whole; {@link Long#MIN_VALUE} = not yet. */
    long firstFrameNanos = Long.MIN_VALUE;

    private long keyFrameTimestamp = Long.MIN_VALUE;

    void onSent(RelayPacket packet, boolean marker, long nowNanos) {
        packetsSent++;
        octetsSent += packet.payloadLength();
        if (marker) {
            framesSent++;
            freezes.onFrame(nowNanos / 1_000);
            firstFrameNanos = firstFrameNanos == Long.MIN_VALUE ? nowNanos : firstFrameNanos;
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
