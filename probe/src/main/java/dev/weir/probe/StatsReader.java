package dev.weir.probe;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsType;
import java.util.Collection;
import java.util.Map;

/** Reads single figures out of a libwebrtc statistics report; a figure that is absent counts as zero. */
final class StatsReader {
    private final Collection<RTCStats> stats;

    StatsReader(Collection<RTCStats> stats) {
        this.stats = stats;
    }

    /** The attributes of the one entry of this type and media kind; empty when there is none. */
    Map<String, Object> entry(RTCStatsType type, String kind) {
        return stats.stream()
                .filter(s ->
                        s.getType() == type && kind.equals(s.getAttributes().get("kind")))
                .map(RTCStats::getAttributes)
                .findFirst()
                .orElse(Map.of());
    }

    /** The codec that an RTP entry refers to, for example {@code VP8}; empty when not known yet. */
    String codec(Map<String, Object> entry) {
        Object id = entry.get("codecId");
        return stats.stream()
                .filter(s -> s.getId().equals(id))
                .map(s -> String.valueOf(s.getAttributes().get("mimeType")))
                .map(mimeType -> mimeType.substring(mimeType.indexOf('/') + 1))
                .findFirst()
                .orElse("");
    }

    static long count(Map<String, Object> entry, String name) {
        return entry.get(name) instanceof Number number ? number.longValue() : 0;
    }

    static double seconds(Map<String, Object> entry, String name) {
        return entry.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    static double millis(Map<String, Object> entry, String name) {
        return Math.round(seconds(entry, name) * 10_000) / 10.0;
    }
}
