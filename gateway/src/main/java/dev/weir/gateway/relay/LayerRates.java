package dev.weir.gateway.relay;

import dev.weir.webrtc.codec.PictureSize;
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
    private final MeasuredFlow[] flows = new MeasuredFlow[MOST];
    private final PictureSize[] sizes = new PictureSize[MOST];
    private int count;

    public LayerRates() {
        Arrays.fill(rids, "");
        Arrays.fill(flows, MeasuredFlow.NONE);
        Arrays.fill(sizes, Layer.UNKNOWN);
    }

    void clear() {
        count = 0;
    }

    /** Puts a layer into its place. */
    void add(String rid, MeasuredFlow flow, PictureSize size) {
        if (count == MOST) {
            return;
        }
        int place = count++;
        while (place > 0 && bps(place - 1) > flow.bps()) {
            copy(place - 1, place);
            place--;
        }
        rids[place] = rid;
        flows[place] = flow;
        sizes[place] = size;
    }

    private void copy(int from, int to) {
        rids[to] = rids[from];
        flows[to] = flows[from];
        sizes[to] = sizes[from];
    }

    /** Returns how many layers send now; one without simulcast, 0 before anything came. */
    public int size() {
        return count;
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
        return flows[index].bps(Math.min(temporalLayer, TEMPORAL_LAYERS - 1));
    }

    /** Returns the width of the last keyframe, 0 when unknown. */
    public int widthPx(int index) {
        return sizes[index].widthPx();
    }

    /** Returns the height of the last keyframe, 0 when unknown. */
    public int heightPx(int index) {
        return sizes[index].heightPx();
    }
}
