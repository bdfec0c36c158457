package dev.weir.gateway.facts;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.ingest.PublisherStats;
import dev.weir.schemas.PathStats;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes the log's facts about a path from what a session measured. */
final class PathFacts {
    private PathFacts() {}

    /** Returns how the path of one layer of a publisher did. */
    static PathStats of(PublisherStats.Inbound source) {
        return new PathStats(
                millis(source.roundTripTime()),
                source.nackCount(),
                source.pliCount(),
                source.firCount(),
                source.retransmittedPacketsReceived(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    /** Returns how the path to a viewer did, all m-lines together. */
    static PathStats of(ViewerStats viewer) {
        long nacks = 0;
        long plis = 0;
        long firs = 0;
        long repairs = 0;
        int temporalLayer = -1;
        for (ViewerStats.Outbound track : viewer.outbound()) {
            nacks += track.nackCount();
            plis += track.pliCount();
            firs += track.firCount();
            repairs += track.retransmittedPacketsSent();
            temporalLayer = Math.max(temporalLayer, track.temporalLayer());
        }
        long bitrate = viewer.availableOutgoingBitrate();
        int firstFrame = (int) Math.min(Integer.MAX_VALUE, Math.round(viewer.timeToFirstFrame() * 1_000));
        return new PathStats(
                millis(viewer.roundTripTime()),
                nacks,
                plis,
                firs,
                repairs,
                bitrate > 0 ? OptionalLong.of(bitrate) : OptionalLong.empty(),
                viewer.timeToFirstFrame() > 0 ? OptionalInt.of(firstFrame) : OptionalInt.empty(),
                temporalLayer < 0 ? OptionalInt.empty() : OptionalInt.of(temporalLayer));
    }

    private static Optional<Float> millis(double seconds) {
        return seconds > 0 ? Optional.of((float) (seconds * 1_000)) : Optional.empty();
    }
}
