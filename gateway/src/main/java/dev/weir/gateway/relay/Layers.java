package dev.weir.gateway.relay;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The layers of a stream that have come in the present epoch. Changed by who publishes; read by anybody. */
final class Layers implements Iterable<Layer> {
    private volatile List<Layer> all = List.of();

    void clear() {
        all = List.of();
    }

    /** Returns a layer, which begins with this when it is not there; for who publishes. */
    Layer get(int trackIndex, String rid) {
        List<Layer> present = all;
        for (int i = 0; i < present.size(); i++) {
            Layer layer = present.get(i);
            if (layer.is(trackIndex, rid)) {
                return layer;
            }
        }
        Layer added = new Layer(trackIndex, rid);
        List<Layer> more = new ArrayList<>(present);
        more.add(added);
        all = List.copyOf(more);
        return added;
    }

    @Override
    public Iterator<Layer> iterator() {
        return all.iterator();
    }

    List<LayerStats> stats(RelayTrack track, long nowNanos) {
        List<LayerStats> stats = new ArrayList<>();
        for (String rid : track.rids().isEmpty() ? List.of("") : track.rids()) {
            LayerStats found = new LayerStats(rid, 0, List.of(0L), 0, 0);
            for (Layer layer : all) {
                if (layer.is(track.index(), rid)) {
                    found = layer.stats(nowNanos);
                }
            }
            stats.add(found);
        }
        return stats;
    }

    void rates(int trackIndex, LayerRates target, long nowNanos) {
        target.clear();
        List<Layer> present = all;
        for (int i = 0; i < present.size(); i++) {
            Layer layer = present.get(i);
            if (layer.trackIndex == trackIndex && layer.comes(nowNanos)) {
                layer.tellRates(target);
            }
        }
    }

    List<LayerFlow> flows(long nowNanos) {
        return all.stream()
                .filter(layer -> layer.comes(nowNanos))
                .map(Layer::flow)
                .toList();
    }
}
