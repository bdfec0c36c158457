package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.congestion.Pacer;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.TransportFeedback;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a viewer reports and asks for. One thread. */
final class ViewerFeedback implements RtcpHandler {
    /** Does what only the whole egress can. */
    interface Requests {
        /** The viewer needs a keyframe of {@code track}. */
        void keyframe(OutputTrack track);
    }

    /** Part of what the path carries that repairs may take: more of them would only feed a collapse. */
    private static final int REPAIR_PERCENT = 50;

    /** Without word of the path repairs may take as much as the media itself, and at least this: a storm ends there. */
    private static final long LEAST_REPAIR_BPS = 1_000_000;

    private final List<OutputTrack> tracks;
    private final Pacer repairs = new Pacer(0);
    private final BandwidthEstimator estimator;
    private final SenderReports senderReports;
    private final Meters meters;
    private final Requests requests;
    private long nowNanos;
    private long sentBps;
    private double roundTripSeconds;

    ViewerFeedback(
            List<OutputTrack> tracks,
            BandwidthEstimator estimator,
            SenderReports senderReports,
            Meters meters,
            Requests requests) {
        this.tracks = tracks;
        this.estimator = estimator;
        this.senderReports = senderReports;
        this.meters = meters;
        this.requests = requests;
    }

    /** Sets the time of the compound that is read next. */
    void at(long now) {
        nowNanos = now;
        long bps = estimator.isMeasured()
                ? estimator.estimateBps() * REPAIR_PERCENT / 100
                : Math.max(LEAST_REPAIR_BPS, sentBps);
        repairs.setRate(bps, now);
    }

    /** Sets what was sent lately. */
    void sentBps(long bps) {
        sentBps = bps;
    }

    /** Returns the round trip time that the last report told, in seconds, 0 before the first. */
    double roundTripSeconds() {
        return roundTripSeconds;
    }

    private @Nullable OutputTrack track(int ssrc) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).ssrc == ssrc) {
                return tracks.get(i);
            }
        }
        return null;
    }

    @Override
    public void onNack(int mediaSsrc, int sequenceNumber) {
        meters.increment(Meter.NACKS_RECEIVED);
        OutputTrack track = track(mediaSsrc);
        if (track != null) {
            track.counters.nacks++;
            long before = track.counters.retransmittedBytes;
            if (repairs.mayPass(nowNanos) && track.resend(sequenceNumber, nowNanos)) {
                repairs.onSent((int) (track.counters.retransmittedBytes - before));
                meters.increment(Meter.RTP_PACKETS_RETRANSMITTED);
            }
        }
    }

    @Override
    public void onPli(int mediaSsrc) {
        OutputTrack track = track(mediaSsrc);
        if (track != null) {
            track.counters.plis++;
            requests.keyframe(track);
        }
    }

    @Override
    public void onFir(int mediaSsrc, int commandSequence) {
        OutputTrack track = track(mediaSsrc);
        if (track != null) {
            track.counters.firs++;
            requests.keyframe(track);
        }
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
        OutputTrack track = track(sourceSsrc);
        if (track == null) {
            return;
        }
        track.counters.fractionLost = fractionLost;
        track.counters.packetsLostRemotely = cumulativeLost;
        track.counters.jitterTicks = jitterTicks;
        double roundTrip = senderReports.roundTripSeconds(lastSr, delaySinceLastSr, nowNanos);
        roundTripSeconds = roundTrip > 0 ? roundTrip : roundTripSeconds;
        if (track.sourceIndex >= 0) {
            estimator.onReportedLoss(fractionLost, sentBps);
        }
    }

    @Override
    public void onRemb(long bitrateBps) {
        estimator.onRemb(bitrateBps);
    }

    @Override
    public void onTransportFeedback(TransportFeedback feedback) {
        estimator.onFeedback(feedback, nowNanos);
    }
}
