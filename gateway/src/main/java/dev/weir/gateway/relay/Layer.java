package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureSize;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;

/**
 * What a stream remembers of one layer of a track (the whole track, without simulcast): packets since the last keyframe,
 * rate, last sender report. Used under the stream's lock only.
 */
final class Layer {
    private static final long SECOND_NANOS = 1_000_000_000L;
    /** A keyframe tells its size in the first packets or not at all. */
    private static final int MAX_PARAMETER_PACKETS = 4;

    final int trackIndex;
    final String rid;
    private final ArrayList<RelayPacket> sinceKeyframe = new ArrayList<>();
    private long bufferedBytes;
    private boolean complete;

    private long windowStartNanos;
    private long windowBytes;
    private long rateBps;
    private long lastArrivalNanos;

    private boolean hasReport;
    private long reportNtp;
    private long reportTimestamp;
    private long reportArrivalMicros;

    Layer(int trackIndex, String rid) {
        this.trackIndex = trackIndex;
        this.rid = rid;
    }

    boolean is(int track, String layer) {
        return trackIndex == track && rid.equals(layer);
    }

    void add(RelayPacket packet, RelayConfig config) {
        measure(packet);
        if (packet.mediaKind() != MediaKind.VIDEO) {
            return;
        }
        if (packet.keyframeStart()) {
            // Parameter sets that came in packets of their own carry the mark too: they and the picture are one
            // keyframe.
            if (!continuesKeyframe(packet)) {
                clear();
            }
            complete = true;
        }
        if (!complete) {
            return;
        }
        sinceKeyframe.add(packet);
        bufferedBytes += packet.payloadLength();
        boolean old = packet.arrivalNanos() - sinceKeyframe.get(0).arrivalNanos()
                > config.joinBufferDuration().toNanos();
        if (old || bufferedBytes > config.joinBufferBytes()) {
            clear();
        }
    }

    private boolean continuesKeyframe(RelayPacket packet) {
        return !sinceKeyframe.isEmpty()
                && sinceKeyframe.get(sinceKeyframe.size() - 1).extendedTimestamp() == packet.extendedTimestamp();
    }

    private void clear() {
        sinceKeyframe.clear();
        bufferedBytes = 0;
        complete = false;
    }

    private void measure(RelayPacket packet) {
        long now = packet.arrivalNanos();
        if (now - windowStartNanos >= SECOND_NANOS) {
            long elapsed = now - windowStartNanos;
            rateBps = elapsed < 3 * SECOND_NANOS ? windowBytes * 8 * 1_000 / (elapsed / 1_000_000) : 0;
            windowStartNanos = now;
            windowBytes = 0;
        }
        windowBytes += packet.payloadLength();
        lastArrivalNanos = now;
    }

    /** Returns payload bits per second, over the last full second or so, 0 when nothing came lately. */
    long rateBps(long nowNanos) {
        return nowNanos - lastArrivalNanos > 2 * SECOND_NANOS ? 0 : rateBps;
    }

    boolean comes(long nowNanos) {
        return windowStartNanos != 0 && nowNanos - lastArrivalNanos <= 2 * SECOND_NANOS;
    }

    LayerStats stats(Optional<Codec> codec, long nowNanos) {
        Optional<PictureSize> size = Optional.empty();
        for (int i = 0; i < sinceKeyframe.size() && i < MAX_PARAMETER_PACKETS && size.isEmpty(); i++) {
            RelayPacket packet = sinceKeyframe.get(i);
            size = codec.flatMap(known -> PictureSize.of(known, packet.payload()));
        }
        return new LayerStats(
                rid,
                rateBps(nowNanos),
                size.map(PictureSize::widthPx).orElse(0),
                size.map(PictureSize::heightPx).orElse(0));
    }

    boolean canServeJoin() {
        return complete;
    }

    void copyTo(Collection<RelayPacket> target) {
        target.addAll(sinceKeyframe);
    }

    void onSenderReport(long ntp, long extendedTimestamp, long arrivalMicros) {
        hasReport = true;
        reportNtp = ntp;
        reportTimestamp = extendedTimestamp;
        reportArrivalMicros = arrivalMicros;
    }

    void tellReport(Subscriber subscriber, long epoch) {
        if (hasReport) {
            subscriber.onSenderReport(epoch, trackIndex, rid, reportNtp, reportTimestamp, reportArrivalMicros);
        }
    }
}
