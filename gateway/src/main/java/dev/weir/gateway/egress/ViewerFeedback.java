package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
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

    private final List<OutputTrack> tracks;
    private final Repairs repairs;
    private final BandwidthEstimator estimator;
    private final SenderReports senderReports;
    private final Meters meters;
    private final Requests requests;
    private long nowNanos;
    private long sentBps;
    private double roundTripSeconds;

    ViewerFeedback(
            List<OutputTrack> tracks,
            Repairs repairs,
            BandwidthEstimator estimator,
            SenderReports senderReports,
            Meters meters,
            Requests requests) {
        this.tracks = tracks;
        this.repairs = repairs;
        this.estimator = estimator;
        this.senderReports = senderReports;
        this.meters = meters;
        this.requests = requests;
    }

    /** Sets the time of the compound that is read next. */
    void at(long now) {
        nowNanos = now;
        repairs.at(now);
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
            repairs.onNack(track, sequenceNumber);
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
        if (roundTrip > 0) {
            roundTripSeconds = roundTrip;
            repairs.onRoundTrip((long) (roundTrip * 1e9));
        }
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
        estimator.onFeedback(feedback, repairs, nowNanos);
    }
}
