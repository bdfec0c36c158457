package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.PictureInfo;

/** Measures one layer: payload rate by temporal layer, pictures per second. Under the stream's lock. */
final class LayerMeter {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SILENCE_NANOS = 2 * SECOND_NANOS;
    private static final long SHORTEST_NANOS = SECOND_NANOS / 4;

    private final long[] windowBytes = new long[LayerRates.TEMPORAL_LAYERS];
    private final long[] rates = new long[LayerRates.TEMPORAL_LAYERS];
    private final long[] cumulative = new long[LayerRates.TEMPORAL_LAYERS];
    private boolean begun;
    private boolean measured;
    private long windowStartNanos;
    private long lastArrivalNanos;
    private int pictures;
    private double picturesPerSecond;
    private int temporalLayers = 1;

    void add(RelayPacket packet) {
        long now = packet.arrivalNanos();
        if (!begun || now - lastArrivalNanos > SILENCE_NANOS) {
            begun = true;
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
        lastArrivalNanos = now;
    }

    private void restart(long now) {
        java.util.Arrays.fill(windowBytes, 0);
        pictures = 0;
        windowStartNanos = now;
    }

    private void measure(long now) {
        long elapsedMillis = Math.max(SHORTEST_NANOS, now - windowStartNanos) / 1_000_000;
        for (int i = 0; i < rates.length; i++) {
            rates[i] = windowBytes[i] * 8_000 / elapsedMillis;
        }
        picturesPerSecond = pictures * 1_000.0 / elapsedMillis;
    }

    boolean comes(long nowNanos) {
        return begun && nowNanos - lastArrivalNanos <= SILENCE_NANOS;
    }

    /** Returns the rates up to each temporal layer; the array is used again. */
    long[] cumulativeBps() {
        if (!measured) {
            measure(lastArrivalNanos);
        }
        long sum = 0;
        for (int i = 0; i < rates.length; i++) {
            sum += rates[i];
            cumulative[i] = sum;
        }
        return cumulative;
    }

    double picturesPerSecond() {
        return picturesPerSecond;
    }

    int temporalLayers() {
        return temporalLayers;
    }
}
