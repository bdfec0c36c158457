package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Writes {@code ftyp moov (moof mdat)* mfra} (ISO/IEC 14496-12 section 8.8): the index at the end lets players seek. */
final class Mp4GrowingFile extends GrowingFile {
    private static final int NUMBER_LENGTHS_1 = 0;

    private final List<Entry> index = new ArrayList<>();
    private int nextNumber = 1;

    private record Entry(long decodeTicks, long offset, int trafNumber) {}

    Mp4GrowingFile(List<TrackFormat> formats, long durationMicros, SeekableByteChannel channel) throws IOException {
        super(formats, channel);
        put(Mp4Header.fragmented(emptyTracks(), durationMicros));
    }

    @Override
    void write(ObjectSamples samples) throws IOException {
        List<Long> cuts = samples.cutsMicros();
        List<Mp4Fragment> fragments = Mp4Writer.cut(samples, cuts, nextNumber);
        nextNumber += fragments.size();
        for (int i = 0; i < fragments.size(); i++) {
            long until = i + 1 < cuts.size() ? cuts.get(i + 1) : Long.MAX_VALUE;
            note(samples, cuts.get(i), until);
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(fragments.get(i).byteLength()));
            fragments.get(i).write(bytes);
            put(bytes.flip());
        }
    }

    /** Notes where the fragment is that begins at {@code fromMicros}, if the index's track has a keyframe there. */
    private void note(ObjectSamples samples, long fromMicros, long untilMicros) throws IOException {
        int trafNumber = 0;
        for (TrackSamples track : samples.tracks()) {
            int first = track.indexAt(fromMicros, 0);
            if (first >= track.count() || track.decodeMicros(first) >= untilMicros) {
                continue; // The fragment holds nothing of this track.
            }
            trafNumber++;
            if (track.number() == cutTrackNumber() && track.frame(first).keyframe()) {
                index.add(new Entry(track.decodeTicks(first), position(), trafNumber));
            }
        }
    }

    @Override
    void end() throws IOException {
        BoxWriter out = new BoxWriter();
        out.start("mfra");
        out.startFull("tfra", 1, 0).u32(cutTrackNumber()).u32(NUMBER_LENGTHS_1).u32(index.size());
        for (Entry entry : index) {
            out.u64(entry.decodeTicks)
                    .u64(entry.offset)
                    .u8(entry.trafNumber)
                    .u8(1)
                    .u8(1);
        }
        out.end();
        out.startFull("mfro", 0, 0).u32(out.size() + 4L).end().end();
        put(out.written());
    }
}
