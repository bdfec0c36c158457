package dev.weir.gateway.relay;

/** What one layer was measured to send: payload rates and pictures. Immutable. */
final class MeasuredFlow {
    static final MeasuredFlow NONE = new MeasuredFlow(new long[LayerRates.TEMPORAL_LAYERS], 0, 1);

    private final long[] cumulativeBps;
    private final double picturesPerSecond;
    private final int temporalLayers;

    /** Keeps {@code cumulativeBps}, the rates up to each temporal layer. */
    MeasuredFlow(long[] cumulativeBps, double picturesPerSecond, int temporalLayers) {
        this.cumulativeBps = cumulativeBps;
        this.picturesPerSecond = picturesPerSecond;
        this.temporalLayers = temporalLayers;
    }

    /** Returns the same layer after its end. */
    MeasuredFlow ended() {
        return new MeasuredFlow(new long[LayerRates.TEMPORAL_LAYERS], 0, temporalLayers);
    }

    /** Returns bits per second of the whole layer. */
    long bps() {
        return cumulativeBps[LayerRates.TEMPORAL_LAYERS - 1];
    }

    /** Returns bits per second of the temporal layers up to {@code temporalLayer}. */
    long bps(int temporalLayer) {
        return cumulativeBps[temporalLayer];
    }

    double picturesPerSecond() {
        return picturesPerSecond;
    }

    int temporalLayers() {
        return temporalLayers;
    }
}
