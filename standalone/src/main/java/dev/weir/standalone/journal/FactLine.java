package dev.weir.standalone.journal;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.FrameType;
import dev.weir.schemas.PathStats;
import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.SessionEvent;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.TrackStats;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Writes facts for a reader: time, stream and epoch, what it is about, then what is told of it. Immutable. */
public final class FactLine {
    private final DateTimeFormatter time;

    /** Writes times in {@code zone}. */
    public FactLine(ZoneId zone) {
        this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT)
                .withZone(zone);
    }

    /** Returns the line of a frame. */
    public String frame(FrameMeta f) {
        return line(
                f.firstArrivalMicros(),
                f.streamId(),
                f.epoch(),
                f.rid().isEmpty() ? f.trackId() : f.trackId() + ":" + f.rid(),
                "frame %d at %.3f s %d B in %d packet%s%s%s%s%s",
                f.frameId(),
                f.ptsMicros() / 1e6,
                f.sizeBytes(),
                f.packetCount(),
                f.packetCount() == 1 ? "" : "s",
                f.widthPx().isPresent() && f.frameType() == FrameType.KEY
                        ? " " + f.widthPx().getAsInt() + "x" + f.heightPx().orElse(0)
                        : "",
                f.frameType() == FrameType.KEY ? " key" : "",
                f.missingPackets() > 0 ? " missing=" + f.missingPackets() : "",
                f.decodable() ? "" : " NOT decodable");
    }

    /** Returns the line of a step in a session's life. */
    public String session(SessionEvent e) {
        return line(
                e.atMicros(),
                e.streamId(),
                e.epoch(),
                e.role().name().toLowerCase(Locale.ROOT),
                "%s %s%s%s%s",
                e.sessionId(),
                e.type(),
                e.reasonText().map(reason -> ": " + reason).orElse(""),
                e.connectedMillis().isPresent()
                        ? " after " + e.connectedMillis().getAsInt() / 1_000.0 + " s"
                        : "",
                e.packetsLost().isPresent() ? " lost=" + e.packetsLost().getAsLong() : "");
    }

    /** Returns the line of an interval's statistics. */
    public String stats(TrackStats s) {
        String track = s.trackId().isEmpty() ? "all" : s.trackId();
        return line(
                s.intervalEndMicros(),
                s.streamId(),
                s.epoch(),
                s.rid().isEmpty() ? track : track + ":" + s.rid(),
                "%s %s %.1f kbit/s %d packets%s%s%s",
                s.sessionId(),
                s.role().name().toLowerCase(Locale.ROOT),
                s.bitrateBps() / 1e3,
                s.packets(),
                s.packetsLost().isPresent() ? " lost=" + s.packetsLost().getAsLong() : "",
                s.framesPerSecond()
                        .map(rate -> String.format(Locale.ROOT, " %.1f frames/s", rate))
                        .orElse(""),
                s.path().map(FactLine::path).orElse(""));
    }

    private static String path(PathStats p) {
        return p.roundTripTimeMillis()
                        .map(millis -> String.format(Locale.ROOT, " rtt=%.0fms", millis))
                        .orElse("")
                + " nacks=" + p.nackCount() + " plis=" + p.pliCount()
                + (p.firCount() > 0 ? " firs=" + p.firCount() : "")
                + " repairs=" + p.retransmittedPackets()
                + (p.timeToFirstFrameMillis().isPresent()
                        ? " first-frame=" + p.timeToFirstFrameMillis().getAsInt() + "ms"
                        : "");
    }

    /** Returns the line of a stream's state. */
    public String stream(StreamState s) {
        return line(
                s.updatedMicros(),
                s.streamId(),
                s.epoch(),
                s.condition().name(),
                "viewers=%d partition=%d acked=%d archived=%d%s %s",
                s.viewers(),
                s.payloadPartition(),
                s.kafkaAckedOffset(),
                s.archivedOffset(),
                behind(s.kafkaAckedArrivalMicros(), s.archivedArrivalMicros()),
                s.tracks().stream()
                        .map(track -> track.trackId() + "=" + track.codec() + "/" + track.frames())
                        .collect(Collectors.joining(" ")));
    }

    private static String behind(OptionalLong acked, OptionalLong archived) {
        return acked.isPresent() && archived.isPresent()
                ? String.format(Locale.ROOT, " behind=%.1fs", (acked.getAsLong() - archived.getAsLong()) / 1e6)
                : "";
    }

    /** Returns the line of an archived object, with the time of its record. */
    public String object(ArchiveObject o, long micros) {
        return line(
                micros,
                o.streamId(),
                o.epoch(),
                "object",
                "%s %d B %.3f s to %.3f s gaps=%d%s",
                o.objectKey(),
                o.sizeBytes(),
                o.firstPtsMicros() / 1e6,
                o.lastPtsMicros() / 1e6,
                o.gaps().size(),
                o.last() ? " last" : "");
    }

    /** Returns the line of a target of restreaming, which knows no epoch. */
    public String target(RestreamTarget t) {
        return String.format(
                Locale.ROOT,
                "%s %s target   %s %s %s %.1f kbit/s %.3f s behind sent=%d skips=%d connects=%d failures=%d%s",
                time.format(Instant.EPOCH.plus(t.updatedMicros(), ChronoUnit.MICROS)),
                t.streamId(),
                t.name(),
                t.target(),
                t.state(),
                t.bitrateBps() / 1e3,
                t.delayMillis() / 1e3,
                t.bytesSent(),
                t.skips(),
                t.connects(),
                t.failures(),
                t.lastError().map(error -> " error: " + error).orElse(""));
    }

    private String line(long micros, String stream, long epoch, String what, String format, Object... values) {
        String at = time.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        String rest = String.format(Locale.ROOT, format, values);
        return String.format(Locale.ROOT, "%s %s/%d %-8s %s", at, stream, epoch, what, rest);
    }
}
