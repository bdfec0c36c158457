package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureSize;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stream remembers of one layer of a track (the whole track, without simulcast): packets since the last keyframe,
 * rate, last sender report. For who publishes; what it is and costs, for anybody.
 */
final class Layer {
    static final PictureSize UNKNOWN = new PictureSize(0, 0);

    final int trackIndex;
    final String rid;
    private final ArrayList<RelayPacket> sinceKeyframe = new ArrayList<>();
    private final PacketsAhead ahead = new PacketsAhead();
    private long bufferedBytes;
    private boolean complete;

    private final LayerMeter meter = new LayerMeter();
    private volatile PictureSize pictureSize = UNKNOWN;

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

    /** Takes the next packet; {@code codec} is that of the track. */
    void add(RelayPacket packet, @Nullable Codec codec, RelayConfig config) {
        meter.add(packet);
        if (packet.mediaKind() != MediaKind.VIDEO) {
            return;
        }
        if (packet.keyframeStart()) {
            measure(packet, codec);
            if (!continuesKeyframe(packet)) {
                begin(packet);
                return;
            }
        }
        if (!complete) {
            ahead.add(packet);
            return;
        }
        keep(packet);
        boolean old = packet.arrivalNanos() - sinceKeyframe.get(0).arrivalNanos()
                > config.joinBufferDuration().toNanos();
        if (old || bufferedBytes > config.joinBufferBytes()) {
            clear();
        }
    }

    private void measure(RelayPacket packet, @Nullable Codec codec) {
        if (codec != null) {
            pictureSize = PictureSize.of(codec, packet.payload()).orElse(pictureSize);
        }
    }

    /**
     * Parameter sets that came in packets of their own carry the mark too: they and the picture are one keyframe. A start
     * that comes after a later keyframe's begins nothing either.
     */
    private boolean continuesKeyframe(RelayPacket packet) {
        if (!complete) {
            return false;
        }
        RelayPacket first = sinceKeyframe.get(0);
        return first.extendedTimestamp() == packet.extendedTimestamp() || first.isAfter(packet);
    }

    /** Begins anew with a keyframe, of which the rest may be here already when its start was repaired. */
    private void begin(RelayPacket start) {
        sinceKeyframe.forEach(ahead::add);
        clear();
        complete = true;
        keep(start);
        ahead.takeAfter(start).forEach(this::keep);
    }

    /** The first packet is the one with the lowest number: what comes before it has no place in a viewer's numbering. */
    private void keep(RelayPacket packet) {
        if (!sinceKeyframe.isEmpty() && sinceKeyframe.get(0).isAfter(packet)) {
            if (sinceKeyframe.get(0).extendedTimestamp() != packet.extendedTimestamp()) {
                return;
            }
            sinceKeyframe.add(0, packet);
        } else {
            sinceKeyframe.add(packet);
        }
        bufferedBytes += packet.payloadLength();
    }

    private void clear() {
        sinceKeyframe.clear();
        bufferedBytes = 0;
        complete = false;
    }

    boolean comes(long nowNanos) {
        return meter.comes(nowNanos);
    }

    void tellRates(LayerRates target) {
        target.add(rid, meter.flow(), pictureSize);
    }

    LayerStats stats(long nowNanos) {
        MeasuredFlow flow = comes(nowNanos) ? meter.flow() : meter.flow().ended();
        ArrayList<Long> temporal = new ArrayList<>();
        for (int i = 0; i < flow.temporalLayers(); i++) {
            temporal.add(flow.bps(i));
        }
        PictureSize size = pictureSize;
        return new LayerStats(rid, flow.bps(), temporal, size.widthPx(), size.heightPx());
    }

    LayerFlow flow() {
        MeasuredFlow flow = meter.flow();
        PictureSize size = pictureSize;
        return new LayerFlow(
                trackIndex,
                rid,
                flow.bps(),
                flow.picturesPerSecond(),
                size.widthPx(),
                size.heightPx(),
                flow.temporalLayers());
    }

    boolean canServeJoin() {
        return complete;
    }

    /** Returns the packets since the last keyframe, which comes first; empty when that is too long ago. */
    List<RelayPacket> sinceKeyframe() {
        return sinceKeyframe;
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
