package dev.weir.standalone.replay;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.export.Selection;
import dev.weir.standalone.journal.LogRecord;
import dev.weir.standalone.process.StartFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a first pass over a selection finds: the tracks, the layer of each that is sent, and where to start, which is the last
 * keyframe at or before the start of the range. One thread.
 */
final class ReplayPlan {
    private final Selection selection;
    private final TreeMap<Integer, TrackInfo> tracks = new TreeMap<>();
    private final Map<Integer, Map<String, Long>> layerBytes = new HashMap<>();
    private final Map<String, Long> starts = new HashMap<>();
    private final Map<Integer, SenderReport> reports = new HashMap<>();
    private long lastMicros = Long.MIN_VALUE;

    ReplayPlan(Selection selection) {
        this.selection = selection;
    }

    void add(LogRecord record) {
        for (LogEntry entry : record.batch().entries()) {
            if (entry instanceof TrackConfiguration configuration) {
                configuration.tracks().forEach(track -> tracks.put(track.trackIndex(), track));
            } else if (entry instanceof LogPacket packet) {
                add(packet);
            } else if (entry instanceof SenderReport report && report.arrivalMicros() <= selection.fromMicros()) {
                reports.put(report.trackIndex(), report);
            }
        }
    }

    private void add(LogPacket packet) {
        if (selection.holds(packet)) {
            layerBytes
                    .computeIfAbsent(packet.trackIndex(), index -> new TreeMap<>())
                    .merge(packet.rid(), (long) packet.payload().remaining(), Long::sum);
            lastMicros = Math.max(lastMicros, packet.arrivalMicros());
        }
        String layer = layer(packet.trackIndex(), packet.rid());
        boolean known = starts.containsKey(layer);
        if (packet.keyframeStart() && (!known || packet.arrivalMicros() <= selection.fromMicros())) {
            starts.put(layer, packet.arrivalMicros());
        }
    }

    private static String layer(int track, String rid) {
        return track + ":" + rid;
    }

    /** Returns the tracks that have packets in the range. */
    List<TrackInfo> tracks() throws StartFailure {
        List<TrackInfo> found = new ArrayList<>();
        for (TrackInfo track : tracks.values()) {
            if (layerBytes.containsKey(track.trackIndex())) {
                found.add(track);
            }
        }
        if (found.isEmpty()) {
            throw new StartFailure("no packet of stream '" + selection.stream() + "' arrived in this range");
        }
        return found;
    }

    /** Returns the layer that is sent of a track: the one with the most bytes, which is the best one. */
    String rid(int track) {
        return layerBytes.getOrDefault(track, Map.of()).entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    /** Returns the arrival of the first packet to send. */
    long startMicros() throws StartFailure {
        for (TrackInfo track : tracks()) {
            if (track.kind().equals("video")) {
                return Optional.ofNullable(starts.get(layer(track.trackIndex(), rid(track.trackIndex()))))
                        .orElseThrow(() -> new StartFailure("no keyframe of stream '" + selection.stream()
                                + "' in this range: widen it with --from and --to"));
            }
        }
        return selection.fromMicros();
    }

    /** Returns the arrival of the last packet. */
    long lastMicros() {
        return lastMicros;
    }

    /** Returns the last sender report of a track from before the range. */
    Optional<SenderReport> reportBefore(int track) {
        return Optional.ofNullable(reports.get(track));
    }
}
