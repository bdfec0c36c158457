package dev.weir.standalone.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.assemble.AssembledEvent;
import dev.weir.connector.assemble.AssembledEvent.Ended;
import dev.weir.connector.assemble.AssembledEvent.FormatChanged;
import dev.weir.connector.assemble.AssembledEvent.FrameReady;
import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.StreamAssembler;
import dev.weir.connector.assemble.TrackFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Puts the packets of the log together and writes one line per frame, as text or JSON, for any number of streams. Of a track
 * with simulcast layers it shows the one that the archive would take. One thread.
 */
public final class FrameLines {

    private final DateTimeFormatter time;
    private final boolean json;
    private final ObjectMapper mapper = new ObjectMapper();
    private final Map<String, Epoch> streams = new HashMap<>();

    /** Writes times in {@code zone}. */
    public FrameLines(ZoneId zone, boolean json) {
        this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT)
                .withZone(zone);
        this.json = json;
    }

    /** Takes a record and returns the lines of the frames that it completes, joined by line feeds; often none. */
    public String format(LogRecord record) {
        String stream = record.batch().streamId();
        Epoch epoch = streams.get(stream);
        List<String> lines = new ArrayList<>();
        if (epoch != null && epoch.number > record.batch().epoch()) {
            return ""; // A publisher that was replaced.
        }
        if (epoch == null || epoch.number < record.batch().epoch()) {
            if (epoch != null) {
                epoch.end(lines);
            }
            epoch = new Epoch(stream, record.batch().epoch());
            streams.put(stream, epoch);
        }
        epoch.take(record, lines);
        return String.join(System.lineSeparator(), lines);
    }

    /** One publisher's time on a stream. */
    private final class Epoch {
        private final String stream;
        private final long number;
        private final StreamAssembler assembler;
        private final Map<Integer, TrackFormat> formats = new HashMap<>();
        private final Map<Integer, Long> frames = new HashMap<>();
        private final TreeMap<Long, Long> arrivals = new TreeMap<>();
        private long lastMicros;

        Epoch(String stream, long number) {
            this.stream = stream;
            this.number = number;
            this.assembler = new StreamAssembler(stream, number, AssembleConfig.LIVE);
        }

        void take(LogRecord record, List<String> lines) {
            lastMicros = record.batch().firstArrivalMicros();
            arrivals.put(record.offset(), lastMicros);
            assembler.add(record.batch(), record.offset(), event -> event.accept(new Writer(lines)));
            arrivals.headMap(Math.min(assembler.oldestBufferedOffset(), record.offset()))
                    .clear();
        }

        void end(List<String> lines) {
            assembler.end("superseded", event -> event.accept(new Writer(lines)));
        }

        private String name(int track) {
            TrackFormat format = formats.get(track);
            return format == null ? "track" + track : format.trackId();
        }

        private final class Writer implements AssembledEvent.Visitor {
            private final List<String> lines;

            Writer(List<String> lines) {
                this.lines = lines;
            }

            @Override
            public void formatChanged(FormatChanged event) {
                event.formats().forEach(format -> formats.put(format.trackIndex(), format));
                if (json) {
                    ObjectNode node = node("formats", lastMicros);
                    for (TrackFormat format : event.formats()) {
                        node.withArray("tracks")
                                .addObject()
                                .put("track", format.trackIndex())
                                .put("id", format.trackId())
                                .put("codec", format.codec().name())
                                .put("widthPx", format.widthPx())
                                .put("heightPx", format.heightPx())
                                .put("channels", format.channels());
                    }
                    lines.add(node.toString());
                } else {
                    text(
                            lastMicros,
                            "formats",
                            event.formats().stream().map(FrameLines::describe).collect(Collectors.joining(", ")));
                }
            }

            @Override
            public void frameReady(FrameReady event) {
                Frame frame = event.frame();
                long index = frames.merge(frame.trackIndex(), 1L, Long::sum) - 1;
                Map.Entry<Long, Long> arrival = arrivals.floorEntry(frame.firstOffset());
                long micros = arrival == null ? lastMicros : arrival.getValue();
                if (json) {
                    lines.add(node("frame", micros)
                            .put("track", frame.trackIndex())
                            .put("frame", index)
                            .put("key", frame.keyframe())
                            .put("bytes", frame.data().remaining())
                            .put("ptsMicros", frame.ptsMicros())
                            .put("durationMicros", frame.durationMicros())
                            .put("firstOffset", frame.firstOffset())
                            .put("lastOffset", frame.lastOffset())
                            .toString());
                } else {
                    text(
                            micros,
                            name(frame.trackIndex()),
                            String.format(
                                    Locale.ROOT,
                                    "frame %d at %.3f s %d B%s",
                                    index,
                                    frame.ptsMicros() / 1e6,
                                    frame.data().remaining(),
                                    isPicture(frame) && frame.keyframe() ? " key" : ""));
                }
            }

            private boolean isPicture(Frame frame) {
                TrackFormat format = formats.get(frame.trackIndex());
                return format != null && format.widthPx() > 0;
            }

            @Override
            public void gapFound(GapFound event) {
                if (json) {
                    lines.add(node("gap", lastMicros)
                            .put("track", event.trackIndex())
                            .put("fromPtsMicros", event.fromPtsMicros())
                            .put("toPtsMicros", event.toPtsMicros())
                            .put("packets", event.packets())
                            .put("reason", event.reason())
                            .toString());
                } else {
                    text(
                            lastMicros,
                            name(event.trackIndex()),
                            String.format(
                                    Locale.ROOT,
                                    "GAP from %.3f s to %.3f s, %d packets: %s",
                                    event.fromPtsMicros() / 1e6,
                                    event.toPtsMicros() / 1e6,
                                    event.packets(),
                                    event.reason()));
                }
            }

            @Override
            public void ended(Ended event) {
                if (json) {
                    lines.add(node("end", lastMicros)
                            .put("reason", event.reason())
                            .toString());
                } else {
                    text(lastMicros, "end", event.reason());
                }
            }

            private ObjectNode node(String entry, long micros) {
                return mapper.createObjectNode()
                        .put("stream", stream)
                        .put("epoch", number)
                        .put("entry", entry)
                        .put("arrivalMicros", micros);
            }

            private void text(long micros, String what, String rest) {
                String at = time.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
                lines.add(String.format(Locale.ROOT, "%s %s/%d %-8s %s", at, stream, number, what, rest));
            }
        }
    }

    private static String describe(TrackFormat format) {
        String size = format.widthPx() > 0 ? " " + format.widthPx() + "x" + format.heightPx() : "";
        return format.trackId() + " = " + format.codec() + size;
    }
}
