package dev.weir.standalone.journal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.Heartbeat;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.SenderReport;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.util.stream.Collectors;

/** Writes entries of the log as JSON, one object per line; payloads are told by their size. One thread. */
public final class LogJson implements LogEntry.Visitor<ObjectNode> {

    private final ObjectMapper mapper = new ObjectMapper();

    /** Returns one line per entry of {@code record}, joined by line feeds. */
    public String format(LogRecord record) {
        return record.batch().entries().stream()
                .map(entry -> {
                    ObjectNode line = mapper.createObjectNode();
                    line.put("stream", record.batch().streamId());
                    line.put("epoch", record.batch().epoch());
                    line.put("batch", record.batch().batchNumber());
                    line.put("partition", record.partition());
                    line.put("offset", record.offset());
                    line.setAll(entry.accept(this));
                    return line.toString();
                })
                .collect(Collectors.joining(System.lineSeparator()));
    }

    @Override
    public ObjectNode packet(LogPacket p) {
        ObjectNode node = entry("packet", p.arrivalMicros());
        node.put("track", p.trackIndex());
        if (!p.rid().isEmpty()) {
            node.put("rid", p.rid());
        }
        node.put("payloadType", p.payloadType());
        node.put("ssrc", Integer.toUnsignedLong(p.ssrc()));
        node.put("sequence", p.extendedSequence());
        node.put("timestamp", p.extendedTimestamp());
        node.put("marker", p.marker());
        node.put("key", p.keyframeStart());
        return node.put("bytes", p.payload().remaining());
    }

    @Override
    public ObjectNode trackConfiguration(TrackConfiguration configuration) {
        ObjectNode node = mapper.createObjectNode().put("entry", "tracks");
        for (TrackInfo track : configuration.tracks()) {
            node.withArray("tracks")
                    .addObject()
                    .put("track", track.trackIndex())
                    .put("id", track.trackId())
                    .put("kind", track.kind())
                    .put("codec", track.encodingName())
                    .put("clockRateHz", track.clockRateHz())
                    .put("channels", track.channels())
                    .put("fmtp", track.fmtp())
                    .set("rids", mapper.valueToTree(track.rids()));
        }
        return node;
    }

    @Override
    public ObjectNode senderReport(SenderReport report) {
        return entry("senderReport", report.arrivalMicros())
                .put("track", report.trackIndex())
                .put("ntp", Long.toUnsignedString(report.ntpTimestamp()))
                .put("timestamp", report.extendedTimestamp());
    }

    @Override
    public ObjectNode gap(Gap gap) {
        return entry("gap", gap.fromArrivalMicros())
                .put("track", gap.trackIndex())
                .put("toArrivalMicros", gap.toArrivalMicros())
                .put("packets", gap.packets())
                .put("reason", gap.reason());
    }

    @Override
    public ObjectNode endOfStream(EndOfStream end) {
        return entry("end", end.arrivalMicros()).put("reason", end.reason());
    }

    @Override
    public ObjectNode heartbeat(Heartbeat heartbeat) {
        return entry("heartbeat", heartbeat.arrivalMicros());
    }

    private ObjectNode entry(String name, long arrivalMicros) {
        return mapper.createObjectNode().put("entry", name).put("arrivalMicros", arrivalMicros);
    }
}
