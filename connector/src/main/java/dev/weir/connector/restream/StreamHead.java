package dev.weir.connector.restream;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a reader has to know before the first packet: the tracks and the latest sender reports of the epoch. One thread. */
final class StreamHead {
    private final Map<String, SenderReport> reports = new LinkedHashMap<>();
    private Optional<TrackConfiguration> configuration = Optional.empty();
    private long epoch = -1;

    /** Takes note of a batch; false when it is of an epoch that is over. */
    boolean observe(RelayBatch batch) {
        if (batch.epoch() < epoch) {
            return false;
        }
        if (batch.epoch() > epoch) {
            epoch = batch.epoch();
            reports.clear();
            configuration = Optional.empty();
        }
        for (LogEntry entry : batch.entries()) {
            if (entry instanceof TrackConfiguration tracks) {
                configuration = Optional.of(tracks);
            } else if (entry instanceof SenderReport report) {
                reports.put(report.trackIndex() + " " + report.rid(), report);
            }
        }
        return true;
    }

    boolean isConfigured() {
        return configuration.isPresent();
    }

    boolean hasVideo() {
        return configuration
                .map(known ->
                        known.tracks().stream().anyMatch(track -> track.kind().equals("video")))
                .orElse(true);
    }

    /** Returns what to send before {@code first}, as if it had arrived at that moment. */
    RelayBatch before(RelayBatch first) {
        List<LogEntry> entries = new ArrayList<>();
        configuration.ifPresent(entries::add);
        for (SenderReport report : reports.values()) {
            entries.add(new SenderReport(
                    report.trackIndex(),
                    report.rid(),
                    report.ntpTimestamp(),
                    report.extendedTimestamp(),
                    first.firstArrivalMicros()));
        }
        return new RelayBatch(first.streamId(), epoch, first.batchNumber(), first.firstArrivalMicros(), entries);
    }
}
