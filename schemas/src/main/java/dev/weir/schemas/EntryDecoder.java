package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads one entry: the tag of its branch in the union, then its fields in the order of the schema. */
final class EntryDecoder {
    private final AvroReader in;
    private final long firstArrivalMicros;
    private final boolean reportsRepeated;

    /** Reads entries of the present schema, or of the first one, whose track configurations have no sender reports. */
    EntryDecoder(AvroReader in, long firstArrivalMicros, boolean reportsRepeated) {
        this.in = in;
        this.firstArrivalMicros = firstArrivalMicros;
        this.reportsRepeated = reportsRepeated;
    }

    LogEntry entry() throws MalformedRecordException {
        int tag = in.intNumber();
        return switch (tag) {
            case EntryEncoder.PACKET -> packet();
            case EntryEncoder.TRACK_CONFIGURATION ->
                new TrackConfiguration(tracks(), reportsRepeated ? reports() : List.of());
            case EntryEncoder.SENDER_REPORT -> report();
            case EntryEncoder.GAP ->
                new Gap(in.intNumber(), in.longNumber(), in.longNumber(), in.longNumber(), in.text());
            case EntryEncoder.END_OF_STREAM -> new EndOfStream(in.longNumber(), in.text());
            case EntryEncoder.HEARTBEAT -> new Heartbeat(in.longNumber());
            default -> throw new MalformedRecordException("no entry type " + tag);
        };
    }

    private LogPacket packet() throws MalformedRecordException {
        return new LogPacket(
                in.intNumber(),
                in.text(),
                in.intNumber(),
                in.intNumber(),
                in.longNumber(),
                in.longNumber(),
                in.bool(),
                in.bool(),
                firstArrivalMicros + in.longNumber(),
                in.blob(),
                csrcs(),
                in.blob(),
                in.blob());
    }

    private SenderReport report() throws MalformedRecordException {
        return new SenderReport(in.intNumber(), in.text(), in.longNumber(), in.longNumber(), in.longNumber());
    }

    private List<SenderReport> reports() throws MalformedRecordException {
        List<SenderReport> reports = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                reports.add(report());
            }
        }
        return reports;
    }

    private List<Integer> csrcs() throws MalformedRecordException {
        int count = in.blockCount();
        if (count == 0) {
            return List.of();
        }
        List<Integer> csrcs = new ArrayList<>();
        for (; count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                csrcs.add(in.intNumber());
            }
        }
        return csrcs;
    }

    private List<TrackInfo> tracks() throws MalformedRecordException {
        List<TrackInfo> tracks = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                tracks.add(new TrackInfo(
                        in.intNumber(),
                        in.text(),
                        in.text(),
                        in.text(),
                        in.intNumber(),
                        in.intNumber(),
                        in.text(),
                        rids(),
                        in.intNumber(),
                        EntryEncoder.EXTENSION_IDS.read(in),
                        parameterSets()));
            }
        }
        return tracks;
    }

    private List<ByteBuffer> parameterSets() throws MalformedRecordException {
        List<ByteBuffer> sets = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                sets.add(in.blob());
            }
        }
        return sets;
    }

    private List<String> rids() throws MalformedRecordException {
        List<String> rids = new ArrayList<>();
        for (int count = in.blockCount(); count != 0; count = in.blockCount()) {
            for (int i = 0; i < count; i++) {
                rids.add(in.text());
            }
        }
        return rids;
    }
}
