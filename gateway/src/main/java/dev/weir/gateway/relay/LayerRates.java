package dev.weir.gateway.relay;

import java.util.Arrays;

/**
 * What the layers of one track are and cost now, in ascending order of their rate; filled by {@link StreamRelay#layerRates}
 * without allocation. One thread.
 */
public final class LayerRates {
    /** Temporal layers that are told apart; higher ones count to the last. */
    public static final int TEMPORAL_LAYERS = 4;

    private static final int MOST = 8;

    private final String[] rids = new String[MOST];
    private final long[] bps = new long[MOST * TEMPORAL_LAYERS];
    private final int[] widths = new int[MOST];
    private final int[] heights = new int[MOST];
    private int size;

    public LayerRates() {
        Arrays.fill(rids, "");
    }

    void clear() {
        size = 0;
    }

    /** Puts a layer into its place. */
    void add(String rid, MeasuredFlow flow, int widthPx, int heightPx) {
        if (size == MOST) {
            return;
        }
        int place = size++;
        while (place > 0 && bps(place - 1) > flow.bps()) {
            copy(place - 1, place);
            place--;
        }
        rids[place] = rid;
        widths[place] = widthPx;
        heights[place] = heightPx;
        for (int i = 0; i < TEMPORAL_LAYERS; i++) {
            bps[place * TEMPORAL_LAYERS + i] = flow.bps(i);
        }
    }

    private void copy(int from, int to) {
        rids[to] = rids[from];
        widths[to] = widths[from];
        heights[to] = heights[from];
        System.arraycopy(bps, from * TEMPORAL_LAYERS, bps, to * TEMPORAL_LAYERS, TEMPORAL_LAYERS);
    }

    /** Returns how many layers send now; one without simulcast, 0 before anything came. */
    public int size() {
        return size;
    }

    public String rid(int index) {
        return rids[index];
    }

    /** Returns payload bits per second of the whole layer. */
    public long bps(int index) {
        return bps(index, TEMPORAL_LAYERS - 1);
    }

    /** Returns payload bits per second of the temporal layers up to {@code temporalLayer}. */
    public long bps(int index, int temporalLayer) {
        return bps[index * TEMPORAL_LAYERS + Math.min(temporalLayer, TEMPORAL_LAYERS - 1)];
    }

    /** Returns the width of the last keyframe, 0 when unknown. */
    public int widthPx(int index) {
        return widths[index];
    }

    /** Returns the height of the last keyframe, 0 when unknown. */
    public int heightPx(int index) {
        return heights[index];
    }
}
