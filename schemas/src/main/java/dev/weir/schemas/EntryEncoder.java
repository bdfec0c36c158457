package dev.weir.schemas;

import dev.weir.schemas.LogEntry.Visitor;
import java.util.List;

/** Writes one entry: the tag of its branch in the union, then its fields in the order of the schema. */
final class EntryEncoder implements Visitor<Boolean> {
    static final int PACKET = 0;
    static final int TRACK_CONFIGURATION = 1;
    static final int SENDER_REPORT = 2;
    static final int GAP = 3;
    static final int END_OF_STREAM = 4;
    static final int HEARTBEAT = 5;

    static final MapType<Integer> EXTENSION_IDS = new MapType<>(PrimitiveTypes.INT);

    private final AvroWriter out;
    private long firstArrivalMicros;

    EntryEncoder(AvroWriter out) {
        this.out = out;
    }

    void startBatch(long firstArrivalMicros) {
        this.firstArrivalMicros = firstArrivalMicros;
    }

    @Override
    public Boolean packet(LogPacket packet) {
        out.number(PACKET);
        out.number(packet.trackIndex());
        out.text(packet.rid());
        out.number(packet.payloadType());
        out.number(packet.ssrc());
        out.number(packet.extendedSequence());
        out.number(packet.extendedTimestamp());
        out.bool(packet.marker());
        out.bool(packet.keyframeStart());
        out.number(packet.arrivalMicros() - firstArrivalMicros);
        out.blob(packet.payload());
        csrcs(packet.csrcs());
        out.blob(packet.headerExtension());
        out.blob(packet.padding());
        return true;
    }

    private void csrcs(List<Integer> csrcs) {
        if (!csrcs.isEmpty()) {
            out.number(csrcs.size());
            csrcs.forEach(out::number);
        }
        out.number(0);
    }

    @Override
    public Boolean trackConfiguration(TrackConfiguration configuration) {
        out.number(TRACK_CONFIGURATION);
        if (!configuration.tracks().isEmpty()) {
            out.number(configuration.tracks().size());
            configuration.tracks().forEach(this::track);
        }
        out.number(0);
        if (!configuration.senderReports().isEmpty()) {
            out.number(configuration.senderReports().size());
            configuration.senderReports().forEach(this::report);
        }
        out.number(0);
        return true;
    }

    private void track(TrackInfo track) {
        out.number(track.trackIndex());
        out.text(track.trackId());
        out.text(track.kind());
        out.text(track.encodingName());
        out.number(track.clockRateHz());
        out.number(track.channels());
        out.text(track.fmtp());
        if (!track.rids().isEmpty()) {
            out.number(track.rids().size());
            track.rids().forEach(out::text);
        }
        out.number(0);
        out.number(track.payloadType());
        EXTENSION_IDS.write(out, track.extensionIds());
        if (!track.parameterSets().isEmpty()) {
            out.number(track.parameterSets().size());
            track.parameterSets().forEach(out::blob);
        }
        out.number(0);
    }

    @Override
    public Boolean senderReport(SenderReport report) {
        out.number(SENDER_REPORT);
        report(report);
        return true;
    }

    private void report(SenderReport report) {
        out.number(report.trackIndex());
        out.text(report.rid());
        out.number(report.ntpTimestamp());
        out.number(report.extendedTimestamp());
        out.number(report.arrivalMicros());
    }

    @Override
    public Boolean gap(Gap gap) {
        out.number(GAP);
        out.number(gap.trackIndex());
        out.number(gap.fromArrivalMicros());
        out.number(gap.toArrivalMicros());
        out.number(gap.packets());
        out.text(gap.reason());
        return true;
    }

    @Override
    public Boolean endOfStream(EndOfStream end) {
        out.number(END_OF_STREAM);
        out.number(end.arrivalMicros());
        out.text(end.reason());
        return true;
    }

    @Override
    public Boolean heartbeat(Heartbeat heartbeat) {
        out.number(HEARTBEAT);
        out.number(heartbeat.arrivalMicros());
        return true;
    }
}
