package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes {@code ftyp} and {@code moov} of a fragmented MP4 (ISO/IEC 14496-12 section 8, CMAF ISO/IEC 23000-19). */
final class Mp4Header {
    private static final int MOVIE_TIMESCALE = 1_000;
    private static final int[] UNITY_MATRIX = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    private final BoxWriter out = new BoxWriter();

    ByteBuffer write(List<TrackSamples> tracks, long durationMicros) {
        out.start("ftyp")
                .text("iso6")
                .u32(0)
                .text("iso6")
                .text("cmfc")
                .text("mp41")
                .end();
        out.start("moov");
        out.startFull("mvhd", 0, 0).u32(0).u32(0).u32(MOVIE_TIMESCALE).u32(0);
        out.u32(0x10000).u16(0x100).zeros(10);
        matrix();
        out.zeros(24).u32(tracks.get(tracks.size() - 1).number() + 1L).end();
        tracks.forEach(this::track);
        out.start("mvex")
                .startFull("mehd", 1, 0)
                .u64(durationMicros / (1_000_000 / MOVIE_TIMESCALE))
                .end();
        for (TrackSamples track : tracks) {
            out.startFull("trex", 0, 0)
                    .u32(track.number())
                    .u32(1)
                    .u32(0)
                    .u32(0)
                    .u32(0)
                    .end();
        }
        out.end().end();
        return out.written();
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
        out.startFull("tkhd", 0, 3)
                .u32(0)
                .u32(0)
                .u32(track.number())
                .u32(0)
                .u32(0)
                .zeros(8);
        out.u16(0).u16(video ? 0 : 1).u16(video ? 0 : 0x100).u16(0);
        matrix();
        out.u32((long) format.widthPx() << 16)
                .u32((long) format.heightPx() << 16)
                .end();
        out.start("mdia");
        out.startFull("mdhd", 0, 0)
                .u32(0)
                .u32(0)
                .u32(format.clockRateHz())
                .u32(0)
                .u16(0x55C4)
                .u16(0)
                .end();
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
        sampleTable(format, video);
        out.end().end().end();
    }

    private void sampleTable(TrackFormat format, boolean video) {
        out.start("stbl").startFull("stsd", 0, 0).u32(1);
        if (video) {
            videoEntry(format);
        } else {
            audioEntry(format);
        }
        out.end();
        out.startFull("stts", 0, 0).u32(0).end().startFull("stsc", 0, 0).u32(0).end();
        out.startFull("stsz", 0, 0)
                .u32(0)
                .u32(0)
                .end()
                .startFull("stco", 0, 0)
                .u32(0)
                .end();
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
