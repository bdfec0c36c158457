package dev.weir.gateway.egress;

import dev.weir.webrtc.rtp.MediaKind;
import java.util.List;

/**
 * How one viewer is served, by the names and units of WebRTC's statistics (W3C webrtc-stats). Immutable.
 *
 * @param outbound one entry per accepted m-line
 * @param availableOutgoingBitrate what the path is thought to carry, bits per second; 0 = not known
 * @param roundTripTime seconds, 0 = not known
 * @param transportLoss part of the packets lost lately on the way, 0 to 1
 * @param queueDelay seconds that packets wait in the path beyond its shortest delay
 * @param packetsWaiting bytes that wait here for their turn
 * @param packetsDropped packets left out in whole frames, because the path did not take them
 * @param bitrate payload bits per second sent lately, repairs included
 * @param timeToFirstFrame seconds from the connection to the first picture sent whole, 0 = none yet
 */
public record ViewerStats(
        List<Outbound> outbound,
        long availableOutgoingBitrate,
        double roundTripTime,
        double transportLoss,
        double queueDelay,
        long packetsWaiting,
        long packetsDropped,
        long bitrate,
        double timeToFirstFrame) {
    /** Nothing yet. */
    public static final ViewerStats NONE = new ViewerStats(List.of(), 0, 0, 0, 0, 0, 0, 0, 0);

    public ViewerStats {
        outbound = List.copyOf(outbound);
    }

    /**
     * One m-line.
     *
     * @param mid its identification
     * @param kind {@code audio} or {@code video}
     * @param rid simulcast layer shown, empty without simulcast
     * @param temporalLayer highest temporal layer sent, -1 = all
     * @param packetsSent RTP packets, without retransmissions
     * @param bytesSent their payload bytes
     * @param framesSent pictures, 0 for audio
     * @param keyFramesSent keyframes begun
     * @param freezeCount times that the viewer must have seen the picture stand, estimated from when pictures were sent whole
     *     (longer than three average intervals and than the average plus 150 ms); 0 for audio
     * @param totalFreezesDuration how long these lasted together, seconds
     * @param retransmittedPacketsSent packets sent again, because of a NACK or unasked
     * @param retransmittedBytesSent their payload bytes
     * @param nackCount sequence numbers that the viewer asked for again
     * @param pliCount picture loss indications of the viewer
     * @param firCount full intra requests of the viewer
     * @param packetsLost by the viewer's last report
     * @param fractionLost by the viewer's last report, 0 to 1
     * @param jitter by the viewer's last report, seconds
     */
    public record Outbound(
            String mid,
            String kind,
            String rid,
            int temporalLayer,
            long packetsSent,
            long bytesSent,
            long framesSent,
            long keyFramesSent,
            long freezeCount,
            double totalFreezesDuration,
            long retransmittedPacketsSent,
            long retransmittedBytesSent,
            long nackCount,
            long pliCount,
            long firCount,
            long packetsLost,
            double fractionLost,
            double jitter) {
        static Outbound of(OutputTrack track) {
            TrackCounters counters = track.counters;
            boolean video = track.kind == MediaKind.VIDEO;
            int temporal = track.filter.temporal();
            return new Outbound(
                    track.mid,
                    track.kind.name().toLowerCase(java.util.Locale.ROOT),
                    track.rid,
                    temporal == LayerFilter.NO_LIMIT ? -1 : temporal,
                    counters.packetsSent,
                    counters.octetsSent,
                    counters.framesSent,
                    counters.keyFramesSent,
                    video ? counters.freezes.freezes() : 0,
                    video ? counters.freezes.freezeMicros() / 1e6 : 0,
                    counters.retransmittedPackets,
                    counters.retransmittedBytes,
                    counters.nacks,
                    counters.plis,
                    counters.firs,
                    counters.packetsLostRemotely,
                    counters.fractionLost / 256.0,
                    counters.jitterTicks / (double) track.clockRateHz());
        }
    }
}
