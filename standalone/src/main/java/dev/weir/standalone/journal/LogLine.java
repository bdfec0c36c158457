package dev.weir.standalone.journal;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes entries of the log for a reader: time, stream and epoch, kind of entry, then what belongs to it. Remembers the tracks
 * that it has seen, to name them. One thread.
 */
public final class LogLine implements LogEntry.Visitor<String> {

    private final DateTimeFormatter time;
    private final Map<String, String> trackNames = new HashMap<>();
    private String stream = "";
    private long epoch;
    private long batchMicros;

    /** Writes times in {@code zone}. */
    public LogLine(ZoneId zone) {
        this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT)
                .withZone(zone);
    }

    /** Returns one line per entry of {@code record}, joined by line feeds. */
    public String format(LogRecord record) {
        stream = record.batch().streamId();
        epoch = record.batch().epoch();
        batchMicros = record.batch().firstArrivalMicros();
        return record.batch().entries().stream()
                .map(entry -> entry.accept(this))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    @Override
    public String packet(LogPacket p) {
        return line(
                p.arrivalMicros(),
                trackName(p.trackIndex(), p.rid()),
                "seq=%d ts=%d pt=%d %d B%s%s",
                p.extendedSequence(),
                p.extendedTimestamp(),
                p.payloadType(),
                p.payload().remaining(),
                p.marker() ? " end-of-frame" : "",
                p.keyframeStart() ? " key" : "");
    }

    @Override
    public String trackConfiguration(TrackConfiguration configuration) {
        for (TrackInfo track : configuration.tracks()) {
            trackNames.put(trackKey(track.trackIndex()), track.trackId());
        }
        return line(
                batchMicros,
                "tracks",
                "%s",
                configuration.tracks().stream().map(LogLine::describe).collect(Collectors.joining(", ")));
    }

    private static String describe(TrackInfo track) {
        String channels = track.channels() > 0 ? "/" + track.channels() : "";
        String fmtp = track.fmtp().isEmpty() ? "" : " (" + track.fmtp() + ")";
        String rids = track.rids().isEmpty() ? "" : " rids " + String.join(",", track.rids());
        return track.trackId() + " = " + track.encodingName() + "/" + track.clockRateHz() + channels + fmtp + rids;
    }

    @Override
    public String senderReport(SenderReport report) {
        return line(
                report.arrivalMicros(),
                trackName(report.trackIndex(), report.rid()),
                "sender report ts=%d ntp=%s",
                report.extendedTimestamp(),
                Long.toHexString(report.ntpTimestamp()));
    }

    @Override
    public String gap(Gap gap) {
        return line(
                gap.fromArrivalMicros(),
                gap.trackIndex() < 0 ? "all tracks" : trackName(gap.trackIndex(), ""),
                "GAP of %s packets over %d ms: %s",
                gap.packets() == 0 ? "unknown" : Long.toString(gap.packets()),
                (gap.toArrivalMicros() - gap.fromArrivalMicros()) / 1_000,
                gap.reason());
    }

    @Override
    public String endOfStream(EndOfStream end) {
        return line(end.arrivalMicros(), "end", "%s", end.reason());
    }

    @Override
    public String heartbeat(Heartbeat heartbeat) {
        return line(heartbeat.arrivalMicros(), "heartbeat", "");
    }

    private String line(long micros, String what, String format, Object... arguments) {
        String text = String.format(Locale.ROOT, format, arguments);
        return String.format(
                        Locale.ROOT,
                        "%s %s/%d %-8s %s",
                        time.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)),
                        stream,
                        epoch,
                        what,
                        text)
                .stripTrailing();
    }

    private String trackName(int index, String rid) {
        String name = trackNames.getOrDefault(trackKey(index), "track" + index);
        return rid.isEmpty() ? name : name + ":" + rid;
    }

    private String trackKey(int index) {
        return stream + "/" + epoch + "/" + index;
    }
}
