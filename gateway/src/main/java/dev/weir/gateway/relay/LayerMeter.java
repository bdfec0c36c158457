package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.PictureInfo;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Measures one layer: payload rate by temporal layer, pictures per second. Written by who publishes, read by anybody. */
final class LayerMeter {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SILENCE_NANOS = 2 * SECOND_NANOS;
    private static final long SHORTEST_NANOS = SECOND_NANOS / 4;
    private static final long NEVER = Long.MIN_VALUE;

    private final long[] windowBytes = new long[LayerRates.TEMPORAL_LAYERS];
    private final AtomicLong lastArrivalNanos = new AtomicLong(NEVER);
    private volatile MeasuredFlow flow = MeasuredFlow.NONE;
    private boolean measured;
    private long windowStartNanos;
    private int pictures;
    private int temporalLayers = 1;

    void add(RelayPacket packet) {
        long now = packet.arrivalNanos();
        long last = lastArrivalNanos.getPlain();
        if (last == NEVER || now - last > SILENCE_NANOS) {
            measured = false;
            restart(now);
        } else if (now - windowStartNanos >= SECOND_NANOS) {
            measure(now);
            measured = true;
            restart(now);
        }
        int temporal = Math.min(PictureInfo.temporalLayer(packet.picture()), LayerRates.TEMPORAL_LAYERS - 1);
        temporalLayers = Math.max(temporalLayers, temporal + 1);
        windowBytes[temporal] += packet.payloadLength();
        pictures += packet.marker() ? 1 : 0;
        if (!measured) {
            // The first second is measured as it goes, because viewers choose by it.
            measure(now);
        }
        lastArrivalNanos.setOpaque(now);
    }

    private void restart(long now) {
        Arrays.fill(windowBytes, 0);
        pictures = 0;
        windowStartNanos = now;
    }

    private void measure(long now) {
        long elapsedMillis = Math.max(SHORTEST_NANOS, now - windowStartNanos) / 1_000_000;
        long[] cumulative = new long[windowBytes.length];
        long sum = 0;
        for (int i = 0; i < cumulative.length; i++) {
            sum += windowBytes[i] * 8_000 / elapsedMillis;
            cumulative[i] = sum;
        }
        flow = new MeasuredFlow(cumulative, pictures * 1_000.0 / elapsedMillis, temporalLayers);
    }

    boolean comes(long nowNanos) {
        long last = lastArrivalNanos.getOpaque();
        return last != NEVER && nowNanos - last <= SILENCE_NANOS;
    }

    /** Returns what was measured over the last whole second, or since the beginning. */
    MeasuredFlow flow() {
        return flow;
    }
}
