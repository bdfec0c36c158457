package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Writes {@code ftyp} and {@code moov} (ISO/IEC 14496-12 section 8), for fragments (CMAF ISO/IEC 23000-19) or with tables. */
final class Mp4Header {
    private static final int FRAGMENTED_TIMESCALE = 1_000;
    private static final int[] UNITY_MATRIX = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    private final BoxWriter out = new BoxWriter();
    private final Optional<Mp4SampleTables> tables;

    private Mp4Header(Optional<Mp4SampleTables> tables) {
        this.tables = tables;
    }

    /** Returns the header that fragments follow. */
    static ByteBuffer fragmented(List<TrackSamples> tracks, long durationMicros) {
        Mp4Header header = new Mp4Header(Optional.empty());
        header.fileType("iso6", "iso6", "cmfc", "mp41");
        header.movie(tracks, FRAGMENTED_TIMESCALE, durationMicros);
        return header.out.written();
    }

    /** Returns a header that tells where every sample is. */
    static ByteBuffer withTables(List<TrackSamples> tracks, long durationMicros, Mp4SampleTables tables) {
        Mp4Header header = new Mp4Header(Optional.of(tables));
        header.fileType("isom", "isom", "iso6", "mp41");
        header.movie(tracks, Mp4SampleTables.MOVIE_TIMESCALE, durationMicros);
        return header.out.written();
    }

    private void fileType(String brand, String... compatible) {
        out.start("ftyp").text(brand).u32(0);
        for (String other : compatible) {
            out.text(other);
        }
        out.end();
    }

    private void movie(List<TrackSamples> tracks, int timescale, long durationMicros) {
        out.start("moov");
        out.startFull("mvhd", 1, 0).u64(0).u64(0).u32(timescale).u64(tables.isPresent() ? durationMicros : 0);
        out.u32(0x10000).u16(0x100).zeros(10);
        matrix();
        out.zeros(24).u32(tracks.get(tracks.size() - 1).number() + 1L).end();
        tracks.forEach(this::track);
        if (tables.isEmpty()) {
            out.start("mvex").startFull("mehd", 1, 0).u64(durationMicros / (1_000_000 / timescale));
            out.end();
            for (TrackSamples track : tracks) {
                out.startFull("trex", 0, 0).u32(track.number()).u32(1).zeros(12).end();
            }
            out.end();
        }
        out.end();
    }

    private void matrix() {
        for (int value : UNITY_MATRIX) {
            out.u32(value);
        }
    }

    private void track(TrackSamples track) {
        TrackFormat format = track.format();
        boolean video = track.isVideo();
        out.start("trak");
        out.startFull("tkhd", 1, 3).u64(0).u64(0).u32(track.number()).u32(0);
        out.u64(tables.map(samples -> samples.endMicros(track)).orElse(0L)).zeros(8);
        out.u16(0).u16(video ? 0 : 1).u16(video ? 0 : 0x100).u16(0);
        matrix();
        out.u32((long) format.widthPx() << 16)
                .u32((long) format.heightPx() << 16)
                .end();
        tables.ifPresent(samples -> samples.edits(out, track));
        out.start("mdia");
        out.startFull("mdhd", 1, 0).u64(0).u64(0).u32(format.clockRateHz());
        out.u64(tables.isPresent() ? track.spanTicks() : 0).u16(0x55C4).u16(0).end();
        out.startFull("hdlr", 0, 0).u32(0).text(video ? "vide" : "soun").zeros(12);
        out.text(format.trackId().replaceAll("[^ -~]", "?")).u8(0).end();
        out.start("minf");
        if (video) {
            out.startFull("vmhd", 0, 1).zeros(8).end();
        } else {
            out.startFull("smhd", 0, 0).zeros(4).end();
        }
        out.start("dinf")
                .startFull("dref", 0, 0)
                .u32(1)
                .startFull("url ", 0, 1)
                .end()
                .end()
                .end();
        sampleTable(track);
        out.end().end().end();
    }

    private void sampleTable(TrackSamples track) {
        out.start("stbl").startFull("stsd", 0, 0).u32(1);
        if (track.isVideo()) {
            videoEntry(track.format());
        } else {
            audioEntry(track.format());
        }
        out.end();
        if (tables.isPresent()) {
            tables.get().tables(out, track);
        } else {
            out.startFull("stts", 0, 0)
                    .u32(0)
                    .end()
                    .startFull("stsc", 0, 0)
                    .u32(0)
                    .end();
            out.startFull("stsz", 0, 0)
                    .zeros(8)
                    .end()
                    .startFull("stco", 0, 0)
                    .u32(0)
                    .end();
        }
        out.end();
    }

    private void videoEntry(TrackFormat format) {
        SampleEntry entry = SampleEntry.of(format.codec());
        out.start(entry.type()).zeros(6).u16(1).zeros(16);
        out.u16(format.widthPx())
                .u16(format.heightPx())
                .u32(0x480000)
                .u32(0x480000)
                .u32(0);
        out.u16(1).zeros(32).u16(24).u16(0xFFFF);
        out.start(entry.configuration()).put(format.codecConfiguration()).end();
        out.end();
    }

    private void audioEntry(TrackFormat format) {
        SampleEntry entry = SampleEntry.of(format.codec());
        out.start(entry.type()).zeros(6).u16(1).zeros(8);
        out.u16(format.channels()).u16(16).u32(0).u32((long) format.clockRateHz() << 16);
        out.start(entry.configuration()).put(format.codecConfiguration()).end();
        out.end();
    }
}
