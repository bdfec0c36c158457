package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.congestion.Pacer;
import dev.weir.gateway.relay.LayerRates;
import dev.weir.gateway.relay.StreamRelay;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.List;

/** Brings together what layers cost, what the path carries and what the viewer asked for. One thread. */
final class LayerControl {
    private static final long KEYFRAME_RETRY_NANOS = 1_000_000_000;
    /** A viewer whose path is too thin must not cost all others a keyframe a second. */
    private static final long KEYFRAME_AFTER_DROP_NANOS = 2_000_000_000L;

    private static final long THIN_NANOS = 5_000_000_000L;

    /** What a publisher needs to make one and to send it here. */
    private static final long KEYFRAME_AHEAD_MILLIS = 300;

    /** What is left for video of what the path carries: the rest is headers, sound and repairs. */
    private static final int VIDEO_PERCENT = 93;

    private static final long AUDIO_BPS = 50_000;
    private static final long MIN_BPS = 30_000;
    private static final int BURST_PERCENT = 250;

    private static final long LONGEST_WAIT_MILLIS = 1_000;
    private static final long LONGEST_JOIN_MILLIS = 3_000;

    private final List<OutputTrack> tracks;
    private final StreamRelay stream;
    private final BandwidthEstimator estimator;
    private final LayerRates rates = new LayerRates();
    private final LayerSelector selector = new LayerSelector();
    private long shownBps;
    private long keyframeAskedAtNanos;
    private boolean asked;
    private long droppedAtNanos = Long.MIN_VALUE / 2;

    LayerControl(List<OutputTrack> tracks, StreamRelay stream, BandwidthEstimator estimator) {
        this.tracks = tracks;
        this.stream = stream;
        this.estimator = estimator;
    }

    /** Chooses layers anew; a change of simulcast layer waits for a keyframe of the new one. */
    void choose(long now) {
        for (int i = 0; i < tracks.size(); i++) {
            OutputTrack track = tracks.get(i);
            if (track.kind == MediaKind.VIDEO && track.sourceIndex >= 0) {
                stream.layerRates(track.sourceIndex, rates, now);
                String rid = selector.choose(rates, track.choice, track.wantedRid, budgetBps(), now);
                boolean changes = track.layered && !rid.equals(track.wantedRid);
                track.wantedRid = track.layered ? rid : "";
                if (changes && !track.rid.isEmpty()) {
                    stream.requestKeyframe(track.sourceIndex, rid);
                }
                track.filter.limit(selector.temporalLimit(), spatialLimit(track));
                shownBps = selector.chosenBps(rates);
            }
        }
    }

    /**
     * AV1 tells only in the dependency descriptor where the frame of a spatial layer ends. Without it libwebrtc
     * takes the lower layers for the beginning of a frame that never ends: it decodes nothing, or the lowest layer alone.
     */
    private static int spatialLimit(OutputTrack track) {
        return track.codec().isNamed("AV1") && !track.isDescribed() ? 0 : track.choice.spatialLimit();
    }

    private long budgetBps() {
        if (!estimator.isMeasured()) {
            return Long.MAX_VALUE;
        }
        return Math.max(MIN_BPS, estimator.estimateBps() * VIDEO_PERCENT / 100 - AUDIO_BPS);
    }

    /** Returns the rate at which the queue may be sent: bursts are smoothed, and a thin path is not overrun. */
    long paceBps() {
        long estimate = estimator.estimateBps();
        return isThin() ? estimate : estimate * BURST_PERCENT / 100;
    }

    /** Returns whether the path carries less than what is to be shown. */
    boolean isThin() {
        return shownBps > budgetBps();
    }

    /** Returns the estimate that would allow the next better layer, 0 when there is none. */
    long missingBps() {
        return selector.missingBps();
    }

    /** Returns whether more than what waits would reach the viewer too late. */
    boolean waitsTooLong(SendQueue queue, Pacer pacer) {
        return waitMillis(queue, pacer) > (queue.isReplaying() ? LONGEST_JOIN_MILLIS : LONGEST_WAIT_MILLIS);
    }

    /** Returns whether what waits would itself reach the viewer too late: the path carries less than when it was taken. */
    boolean waitsFarTooLong(SendQueue queue, Pacer pacer) {
        return waitMillis(queue, pacer) > 2 * (queue.isReplaying() ? LONGEST_JOIN_MILLIS : LONGEST_WAIT_MILLIS);
    }

    /** Returns whether it is time to ask for the keyframe that goes on from what waits. */
    boolean isNearlySent(SendQueue queue, Pacer pacer) {
        return waitMillis(queue, pacer) < KEYFRAME_AHEAD_MILLIS;
    }

    private long waitMillis(SendQueue queue, Pacer pacer) {
        return estimator.isMeasured() ? queue.bytes() * 8_000 / Math.max(1, pacer.rateBps()) : 0;
    }

    void onDropped(long now) {
        droppedAtNanos = now;
    }

    /** Asks again for keyframes that are awaited. */
    void repeatRequests(long now) {
        for (int i = 0; i < tracks.size(); i++) {
            OutputTrack track = tracks.get(i);
            boolean shows = track.kind == MediaKind.VIDEO && track.sourceIndex >= 0;
            if (shows && (track.needsKeyframe() || !track.wantedRid.equals(track.rid))) {
                askForKeyframe(track, now);
            }
        }
    }

    /** Asks for the keyframes that a change of layers waits for. */
    void requestChanges(long now) {
        for (OutputTrack track : tracks) {
            if (track.kind == MediaKind.VIDEO && track.sourceIndex >= 0 && !track.wantedRid.equals(track.rid)) {
                keyframeAskedAtNanos = now;
                asked = true;
                stream.requestKeyframe(track.sourceIndex, track.wantedRid);
            }
        }
    }

    void askForKeyframe(OutputTrack track, long now) {
        boolean thin = now - droppedAtNanos < THIN_NANOS;
        long pause = thin ? KEYFRAME_AFTER_DROP_NANOS : KEYFRAME_RETRY_NANOS;
        if (!asked || now - keyframeAskedAtNanos >= pause) {
            asked = true;
            keyframeAskedAtNanos = now;
            stream.requestKeyframe(track.sourceIndex, track.wantedRid);
        }
    }
}
