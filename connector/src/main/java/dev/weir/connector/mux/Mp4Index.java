package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The {@code sidx} boxes (ISO/IEC 14496-12 section 8.16.3), one for each track: they let a player seek without reading
 * every fragment. With one for the video track alone, FFmpeg seeks to the wrong fragment.
 */
final class Mp4Index {
    private static final int HEADER = 40;
    private static final int REFERENCE = 12;
    private static final long STARTS_WITH_SAP_TYPE_1 = 0x9000_0000L;

    private final List<TrackSamples> tracks;
    private final int fragments;

    Mp4Index(List<TrackSamples> tracks, int fragments) {
        this.tracks = tracks;
        this.fragments = fragments;
    }

    int length() {
        return tracks.size() * boxLength();
    }

    private int boxLength() {
        return HEADER + REFERENCE * fragments;
    }

    void write(ByteBuffer out, long startMicros, List<FragmentRange> ranges) {
        for (int i = 0; i < tracks.size(); i++) {
            long toFirstFragment = (long) (tracks.size() - 1 - i) * boxLength();
            out.put(box(tracks.get(i), toFirstFragment, startMicros, ranges));
        }
    }

    private static ByteBuffer box(TrackSamples track, long offset, long startMicros, List<FragmentRange> ranges) {
        int rate = track.format().clockRateHz();
        BoxWriter box = new BoxWriter();
        box.startFull("sidx", 1, 0).u32(track.number()).u32(rate);
        box.u64(ticks(startMicros, rate)).u64(offset).u16(0).u16(ranges.size());
        long at = startMicros;
        for (FragmentRange range : ranges) {
            long until = at + range.durationMicros();
            box.u32(range.length()).u32(ticks(until, rate) - ticks(at, rate)).u32(STARTS_WITH_SAP_TYPE_1);
            at = until;
        }
        return box.end().written();
    }

    private static long ticks(long micros, int rate) {
        return micros / 1_000_000 * rate + micros % 1_000_000 * rate / 1_000_000;
    }
}
