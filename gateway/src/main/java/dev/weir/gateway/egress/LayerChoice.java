package dev.weir.gateway.egress;

/**
 * What a viewer asked for on one of its m-lines: exact layers, upper limits, or both; the bandwidth may still give less,
 * never more. Immutable.
 *
 * @param rid simulcast layer, empty = any
 * @param spatialLayerId spatial layer of a stream with SVC, -1 = any
 * @param temporalLayerId temporal layer, -1 = any
 * @param maxSpatialLayerId highest spatial layer wanted, -1 = no limit
 * @param maxTemporalLayerId highest temporal layer wanted, -1 = no limit
 * @param maxWidth widest picture wanted, in pixels, 0 = no limit
 * @param maxHeight highest picture wanted, in pixels, 0 = no limit
 */
public record LayerChoice(
        String rid,
        int spatialLayerId,
        int temporalLayerId,
        int maxSpatialLayerId,
        int maxTemporalLayerId,
        int maxWidth,
        int maxHeight) {
    /** No wish: the highest layer that the path carries. */
    public static final LayerChoice AUTO = new LayerChoice("", -1, -1, -1, -1, 0, 0);

    public LayerChoice {
        if (spatialLayerId < -1 || temporalLayerId < -1 || maxSpatialLayerId < -1 || maxTemporalLayerId < -1) {
            throw new IllegalArgumentException("layer ids must not be negative");
        }
        if (maxWidth < 0 || maxHeight < 0) {
            throw new IllegalArgumentException("picture sizes must not be negative");
        }
    }

    /** Returns the wish for one simulcast layer. */
    public static LayerChoice ofRid(String rid) {
        return new LayerChoice(rid, -1, -1, -1, -1, 0, 0);
    }

    /** Returns whether nothing is asked for. */
    public boolean isAuto() {
        return equals(AUTO);
    }

    /** Returns the highest temporal layer to send, {@link Integer#MAX_VALUE} without a limit. */
    public int temporalLimit() {
        return limit(temporalLayerId, maxTemporalLayerId);
    }

    /** Returns the highest spatial layer to send, {@link Integer#MAX_VALUE} without a limit. */
    public int spatialLimit() {
        return limit(spatialLayerId, maxSpatialLayerId);
    }

    private static int limit(int exact, int most) {
        int upper = most < 0 ? Integer.MAX_VALUE : most;
        return exact < 0 ? upper : Math.min(exact, upper);
    }
}
