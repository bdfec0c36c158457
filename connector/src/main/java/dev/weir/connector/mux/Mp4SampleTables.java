package dev.weir.connector.mux;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The sample tables of a file that plays from 0 (ISO/IEC 14496-12 sections 8.6 and 8.7): one chunk for each track of each
 * fragment. Pure function of settled samples and of where the fragments lie.
 */
final class Mp4SampleTables {
    /** Of the movie header and of edit lists; fine enough for every clock rate. */
    static final int MOVIE_TIMESCALE = 1_000_000;

    private final long startMicros;
    private final List<Chunk> chunks;
    private final long base;

    /**
     * Consecutive samples of one track.
     *
     * @param trackNumber their track
     * @param samples how many
     * @param offset of the first one, from the beginning of the first fragment on
     */
    record Chunk(int trackNumber, int samples, long offset) {}

    /**
     * Describes samples.
     *
     * @param startMicros time on the samples' time line that is 0 in the file
     * @param fragments all fragments in order, without anything between them
     * @param base position of the first fragment in the file
     */
    Mp4SampleTables(long startMicros, List<Mp4Fragment> fragments, long base) {
        this.startMicros = startMicros;
        this.base = base;
        this.chunks = new ArrayList<>();
        long at = 0;
        for (Mp4Fragment fragment : fragments) {
            chunks.addAll(fragment.chunks(at));
            at += fragment.byteLength();
        }
    }

    /** Returns the time from the start of the file to the end of the track. */
    long endMicros(TrackSamples track) {
        return track.endMicros() - startMicros;
    }

    /** Writes the edit list of a track that starts later than the file. */
    void edits(BoxWriter out, TrackSamples track) {
        long delay = track.decodeMicros(0) - startMicros;
        if (delay == 0) {
            return;
        }
        out.start("edts").startFull("elst", 1, 0).u32(2);
        out.u64(delay).u64(-1).u32(0x1_0000);
        out.u64(endMicros(track) - delay).u64(0).u32(0x1_0000);
        out.end().end();
    }

    /** Writes everything that follows the sample description. */
    void tables(BoxWriter out, TrackSamples track) {
        out.startFull("stts", 0, 0);
        runs(out, track.count(), track::stepTicks);
        if (track.reorders(0, track.count())) {
            out.startFull("ctts", 1, 0);
            runs(out, track.count(), track::compositionOffset);
        }
        if (track.isVideo()) {
            syncSamples(out, track);
        }
        chunks(out, track);
    }

    /** Writes equal values that follow each other as one entry, and ends the box. */
    private static void runs(BoxWriter out, int count, IntToLongFunction value) {
        int entriesAt = out.size();
        int entries = 0;
        out.u32(0);
        for (int from = 0, at = 1; at <= count; at++) {
            if (at == count || value.applyAsLong(at) != value.applyAsLong(from)) {
                out.u32(at - from).u32(value.applyAsLong(from));
                entries++;
                from = at;
            }
        }
        out.patch32(entriesAt, entries).end();
    }

    private static void syncSamples(BoxWriter out, TrackSamples track) {
        out.startFull("stss", 0, 0);
        int entriesAt = out.size();
        int entries = 0;
        out.u32(0);
        for (int i = 0; i < track.count(); i++) {
            if (track.frame(i).keyframe()) {
                out.u32(i + 1L);
                entries++;
            }
        }
        out.patch32(entriesAt, entries).end();
    }

    private void chunks(BoxWriter out, TrackSamples track) {
        List<Chunk> own = chunks.stream()
                .filter(chunk -> chunk.trackNumber() == track.number())
                .toList();
        out.startFull("stsc", 0, 0);
        int entriesAt = out.size();
        int entries = 0;
        out.u32(0);
        for (int i = 0; i < own.size(); i++) {
            if (i == 0 || own.get(i).samples() != own.get(i - 1).samples()) {
                out.u32(i + 1L).u32(own.get(i).samples()).u32(1);
                entries++;
            }
        }
        out.patch32(entriesAt, entries).end();
        out.startFull("stsz", 0, 0).u32(0).u32(track.count());
        for (int i = 0; i < track.count(); i++) {
            out.u32(track.frame(i).data().remaining());
        }
        out.end().startFull("co64", 0, 0).u32(own.size());
        own.forEach(chunk -> out.u64(base + chunk.offset()));
        out.end();
    }
}
