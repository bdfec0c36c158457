package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.util.List;

/** Writes what stands before the clusters: EBML head, and Info and Tracks of the segment. */
final class MatroskaHeader {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long OPUS_DELAY_NANOS = MatroskaCodec.OPUS_PRE_SKIP * 1_000_000_000L / 48_000;
    private static final long OPUS_PRE_ROLL_NANOS = 80_000_000;

    private MatroskaHeader() {}

    static ByteBuffer ebml(String docType) {
        return new EbmlWriter()
                .start(MatroskaId.EBML)
                .unsigned(MatroskaId.EBML_VERSION, 1)
                .unsigned(MatroskaId.EBML_READ_VERSION, 1)
                .unsigned(MatroskaId.EBML_MAX_ID_LENGTH, 4)
                .unsigned(MatroskaId.EBML_MAX_SIZE_LENGTH, 8)
                .text(MatroskaId.DOC_TYPE, docType)
                .unsigned(MatroskaId.DOC_TYPE_VERSION, 4)
                .unsigned(MatroskaId.DOC_TYPE_READ_VERSION, 2)
                .end()
                .written();
    }

    static ByteBuffer info(double durationMillis) {
        return new EbmlWriter()
                .start(MatroskaId.INFO)
                .unsigned(MatroskaId.TIMESTAMP_SCALE, NANOS_PER_MILLI)
                .real(MatroskaId.DURATION, durationMillis)
                .text(MatroskaId.MUXING_APP, "Weir")
                .text(MatroskaId.WRITING_APP, "Weir")
                .end()
                .written();
    }

    /** Writes Info for a stream whose length nobody knows. */
    static ByteBuffer liveInfo() {
        return new EbmlWriter()
                .start(MatroskaId.INFO)
                .unsigned(MatroskaId.TIMESTAMP_SCALE, NANOS_PER_MILLI)
                .text(MatroskaId.MUXING_APP, "Weir")
                .text(MatroskaId.WRITING_APP, "Weir")
                .end()
                .written();
    }

    static ByteBuffer tracks(List<TrackSamples> tracks) {
        EbmlWriter out = new EbmlWriter().start(MatroskaId.TRACKS);
        for (TrackSamples track : tracks) {
            entry(out, track.number(), track.format().trackId(), LiveTrack.of(track.format()));
        }
        return out.end().written();
    }

    static ByteBuffer liveTracks(List<LiveTrack> tracks) {
        EbmlWriter out = new EbmlWriter().start(MatroskaId.TRACKS);
        for (int i = 0; i < tracks.size(); i++) {
            entry(out, i + 1, tracks.get(i).video() ? "video" : "audio", tracks.get(i));
        }
        return out.end().written();
    }

    private static void entry(EbmlWriter out, int number, String name, LiveTrack track) {
        out.start(MatroskaId.TRACK_ENTRY)
                .unsigned(MatroskaId.TRACK_NUMBER, number)
                .unsigned(MatroskaId.TRACK_UID, number)
                .unsigned(MatroskaId.TRACK_TYPE, track.video() ? 1 : 2)
                .unsigned(MatroskaId.FLAG_LACING, 0)
                .text(MatroskaId.LANGUAGE, "und")
                .text(MatroskaId.NAME, name)
                .text(MatroskaId.CODEC_ID, track.codecId());
        if (track.codecPrivate().hasRemaining()) {
            out.binary(MatroskaId.CODEC_PRIVATE, track.codecPrivate());
        }
        if (track.opus()) {
            out.unsigned(MatroskaId.CODEC_DELAY, OPUS_DELAY_NANOS);
            out.unsigned(MatroskaId.SEEK_PRE_ROLL, OPUS_PRE_ROLL_NANOS);
        }
        if (track.video()) {
            out.start(MatroskaId.VIDEO)
                    .unsigned(MatroskaId.PIXEL_WIDTH, track.widthPx())
                    .unsigned(MatroskaId.PIXEL_HEIGHT, track.heightPx())
                    .end();
        } else {
            out.start(MatroskaId.AUDIO)
                    .real(MatroskaId.SAMPLING_FREQUENCY, track.rateHz())
                    .unsigned(MatroskaId.CHANNELS, track.channels())
                    .end();
        }
        out.end();
    }
}
