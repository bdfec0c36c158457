package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code moof} with its {@code mdat} (ISO/IEC 14496-12 section 8.8); nothing is added once it was measured. */
final class Mp4Fragment {
    private static final int SYNC = 0x0200_0000;
    private static final int NOT_SYNC = 0x0101_0000;
    private static final int DEFAULT_BASE_IS_MOOF = 0x02_0000;
    private static final int RUN_DATA_OFFSET = 0x1;
    private static final int RUN_DURATION_SIZE_FLAGS = 0x700;
    private static final int RUN_COMPOSITION_OFFSET = 0x800;
    private static final int BOX_HEADER = 8;

    private record Run(TrackSamples track, int from, int to) {
        long dataBytes() {
            long bytes = 0;
            for (int i = from; i < to; i++) {
                bytes += track.frame(i).data().remaining();
            }
            return bytes;
        }
    }

    private final int number;
    private final List<Run> runs = new ArrayList<>();
    private long dataBytes;
    private @Nullable BoxWriter header;

    Mp4Fragment(int number) {
        this.number = number;
    }

    void add(TrackSamples track, int from, int to) {
        if (to > from) {
            Run run = new Run(track, from, to);
            runs.add(run);
            dataBytes += run.dataBytes();
        }
    }

    /** Returns how many tracks have samples in it. */
    int trackCount() {
        return runs.size();
    }

    long byteLength() {
        return movieFragment().size() + BOX_HEADER + dataBytes;
    }

    /** Returns where the samples of each track lie when the fragment starts at {@code offset}. */
    List<Mp4SampleTables.Chunk> chunks(long offset) {
        List<Mp4SampleTables.Chunk> chunks = new ArrayList<>();
        long at = offset + movieFragment().size() + BOX_HEADER;
        for (Run run : runs) {
            chunks.add(new Mp4SampleTables.Chunk(run.track.number(), run.to - run.from, at));
            at += run.dataBytes();
        }
        return chunks;
    }

    void write(ByteBuffer out) {
        out.put(movieFragment().written());
        out.putInt(Math.toIntExact(BOX_HEADER + dataBytes)).putInt(0x6D64_6174);
        for (Run run : runs) {
            for (int i = run.from; i < run.to; i++) {
                out.put(run.track.frame(i).data().duplicate());
            }
        }
    }

    private BoxWriter movieFragment() {
        BoxWriter written = header;
        if (written == null) {
            written = writeMovieFragment();
            header = written;
        }
        return written;
    }

    private BoxWriter writeMovieFragment() {
        BoxWriter out = new BoxWriter();
        int[] offsetPositions = new int[runs.size()];
        out.start("moof").startFull("mfhd", 0, 0).u32(number).end();
        for (int i = 0; i < offsetPositions.length; i++) {
            offsetPositions[i] = trackFragment(out, runs.get(i));
        }
        out.end();
        long offset = (long) out.size() + BOX_HEADER;
        for (int i = 0; i < offsetPositions.length; i++) {
            out.patch32(offsetPositions[i], offset);
            offset += runs.get(i).dataBytes();
        }
        return out;
    }

    private static int trackFragment(BoxWriter out, Run run) {
        TrackSamples track = run.track;
        out.start("traf")
                .startFull("tfhd", 0, DEFAULT_BASE_IS_MOOF)
                .u32(track.number())
                .end();
        out.startFull("tfdt", 1, 0).u64(track.decodeTicks(run.from)).end();
        boolean reorders = track.reorders(run.from, run.to);
        int flags = RUN_DATA_OFFSET | RUN_DURATION_SIZE_FLAGS | (reorders ? RUN_COMPOSITION_OFFSET : 0);
        out.startFull("trun", reorders ? 1 : 0, flags).u32(run.to - run.from);
        int offsetPosition = out.size();
        out.u32(0);
        for (int i = run.from; i < run.to; i++) {
            out.u32(track.durationTicks(i)).u32(track.frame(i).data().remaining());
            out.u32(track.frame(i).keyframe() ? SYNC : NOT_SYNC);
            if (reorders) {
                out.u32(track.compositionOffset(i));
            }
        }
        out.end().end();
        return offsetPosition;
    }
}
