package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.codec.PictureInfo;

/**
 * Lets the temporal and spatial layers of one track through that the viewer is to get. A limit falls between two pictures;
 * it rises only where the stream allows it: a temporal layer at a switching-up point, a spatial layer at a keyframe. One
 * thread.
 */
final class LayerFilter {
    static final int NO_LIMIT = Integer.MAX_VALUE;

    private int wantedTemporal = NO_LIMIT;
    private int wantedSpatial = NO_LIMIT;
    private int temporal = NO_LIMIT;
    private int spatial = NO_LIMIT;
    private long newestTimestamp = Long.MIN_VALUE;

    /** Sets the highest layers wanted. */
    void limit(int temporalLayer, int spatialLayer) {
        wantedTemporal = temporalLayer;
        wantedSpatial = spatialLayer;
    }

    /** Another source begins, at a keyframe. */
    void restart() {
        temporal = wantedTemporal;
        spatial = wantedSpatial;
        newestTimestamp = Long.MIN_VALUE;
    }

    /** Returns whether the viewer gets {@code packet}. */
    boolean admits(RelayPacket packet) {
        long info = packet.picture();
        if (!PictureInfo.isKnown(info)) {
            return true;
        }
        int layer = PictureInfo.temporalLayer(info);
        if (packet.extendedTimestamp() > newestTimestamp) {
            newestTimestamp = packet.extendedTimestamp();
            onPicture(packet, info, layer);
        }
        return layer <= temporal && PictureInfo.spatialLayer(info) <= spatial;
    }

    private void onPicture(RelayPacket packet, long info, int layer) {
        if (packet.keyframeStart()) {
            temporal = wantedTemporal;
            spatial = wantedSpatial;
            return;
        }
        temporal = Math.min(temporal, wantedTemporal);
        spatial = Math.min(spatial, wantedSpatial);
        boolean mayRise = PictureInfo.isSwitchingUpPoint(info) && PictureInfo.beginsFrame(info);
        if (mayRise && layer > temporal && layer <= wantedTemporal) {
            temporal = layer;
        }
    }

    /** Returns the marker bit: the highest spatial layer that is let through ends the picture. */
    boolean marker(RelayPacket packet) {
        return packet.marker() || (spatial != NO_LIMIT && endsHighestLayer(packet.picture()));
    }

    private boolean endsHighestLayer(long info) {
        return PictureInfo.isKnown(info) && PictureInfo.spatialLayer(info) == spatial && PictureInfo.endsFrame(info);
    }

    /** Returns the temporal layer that is shown at most now. */
    int temporal() {
        return temporal;
    }
}
