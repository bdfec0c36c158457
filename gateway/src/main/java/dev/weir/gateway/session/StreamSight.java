package dev.weir.gateway.session;

import dev.weir.gateway.relay.LayerStats;
import java.util.List;
import java.util.Map;

/**
 * What a viewer may know of its stream at one moment.
 *
 * @param active whether media comes
 * @param viewers how many watch
 * @param layers simulcast layers by the viewer's m-line; empty without simulcast
 */
record StreamSight(boolean active, int viewers, Map<Integer, List<LayerStats>> layers) {
    StreamSight {
        layers = Map.copyOf(layers);
    }
}
