package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.metrics.Meters;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.List;

/** Counts how one viewer is served, for the meters and for {@link ViewerStats}. On the viewer's loop, where nothing else is said. */
final class EgressStatistics {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    private final List<OutputTrack> tracks;
    private final Wire wire;
    private final BandwidthEstimator estimator;
    private final SendQueue queue;
    private final ViewerFeedback feedback;
    private final Meters meters;
    private long intervalBeganAtNanos;
    private long bytesAtBegin;
    private long mediaBytesAtBegin;
    private long sentBps;
    private long mediaBps;
    private long joinedAtNanos;
    private double timeToFirstFrame;
    private long dropped;
    private long freezesFlushed;
    private long packetsFlushed;
    private long bytesFlushed;
    private volatile ViewerStats latest = ViewerStats.NONE;

    EgressStatistics(
            List<OutputTrack> tracks,
            Wire wire,
            BandwidthEstimator estimator,
            SendQueue queue,
            ViewerFeedback feedback,
            Meters meters) {
        this.tracks = tracks;
        this.wire = wire;
        this.estimator = estimator;
        this.queue = queue;
        this.feedback = feedback;
        this.meters = meters;
    }

    /** From here on the first picture is waited for. */
    void onJoin(long now) {
        joinedAtNanos = now;
    }

    void countDropped(int packets) {
        dropped += packets;
        meters.add(Meter.RTP_PACKETS_DROPPED, packets);
    }

    /** Returns whether a second has passed, so that {@link #sentBps} and {@link #latest} are new. */
    boolean onTick(long now) {
        boolean passed = now - intervalBeganAtNanos >= INTERVAL_NANOS;
        if (passed) {
            measure(now);
            latest = snapshot();
        }
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).kind == MediaKind.VIDEO) {
                countPictures(tracks.get(i));
                break;
            }
        }
        flushCounters();
        return passed;
    }

    private void measure(long now) {
        long elapsedMillis = Math.max(1, (now - intervalBeganAtNanos) / 1_000_000);
        sentBps = (wire.bytes() - bytesAtBegin) * 8_000 / elapsedMillis;
        long mediaBytes = mediaBytes();
        mediaBps = (mediaBytes - mediaBytesAtBegin) * 8_000 / elapsedMillis;
        bytesAtBegin = wire.bytes();
        mediaBytesAtBegin = mediaBytes;
        intervalBeganAtNanos = now;
    }

    private long mediaBytes() {
        long bytes = 0;
        for (int i = 0; i < tracks.size(); i++) {
            bytes += tracks.get(i).counters.octetsSent;
        }
        return bytes;
    }

    private ViewerStats snapshot() {
        List<ViewerStats.Outbound> outbound = new ArrayList<>(tracks.size());
        for (int i = 0; i < tracks.size(); i++) {
            outbound.add(ViewerStats.Outbound.of(tracks.get(i)));
        }
        return new ViewerStats(
                outbound,
                estimator.isMeasured() ? estimator.estimateBps() : 0,
                feedback.roundTripSeconds(),
                estimator.loss(),
                estimator.queueNanos() / 1e9,
                queue.bytes(),
                dropped,
                sentBps,
                timeToFirstFrame);
    }

    private void countPictures(OutputTrack video) {
        int freezes = video.counters.freezes.freezes();
        if (freezes != freezesFlushed) {
            meters.add(Meter.VIEWER_FREEZES, freezes - freezesFlushed);
            freezesFlushed = freezes;
        }
        if (timeToFirstFrame == 0 && video.counters.firstFrameNanos != Long.MIN_VALUE) {
            long nanos = Math.max(1, video.counters.firstFrameNanos - joinedAtNanos);
            timeToFirstFrame = nanos / 1e9;
            meters.increment(Meter.VIEWER_FIRST_FRAMES);
            meters.add(Meter.VIEWER_FIRST_FRAME_MILLIS, nanos / 1_000_000);
        }
    }

    /** Adds what was counted since the last time to the meters. */
    void flushCounters() {
        meters.add(Meter.RTP_PACKETS_SENT, wire.packets() - packetsFlushed);
        meters.add(Meter.RTP_BYTES_SENT, wire.bytes() - bytesFlushed);
        packetsFlushed = wire.packets();
        bytesFlushed = wire.bytes();
    }

    /** Returns payload bits per second of the last whole second, repeats included. */
    long sentBps() {
        return sentBps;
    }

    /** Returns payload bits per second of the last whole second that went out for the first time. */
    long mediaBps() {
        return mediaBps;
    }

    /** Returns how the viewer was served, at most about a second ago; from any thread. */
    ViewerStats latest() {
        return latest;
    }

    /** Returns how many packets the viewer reported lost, repairs not counted. */
    long packetsLost() {
        long lost = 0;
        for (OutputTrack track : tracks) {
            lost += Math.max(0, track.counters.packetsLostRemotely);
        }
        return lost;
    }
}
