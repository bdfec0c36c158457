package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an MP4 that is two files in one. As a whole it is {@code ftyp moov mdat} with sample tables, and starts at 0. Inside
 * its mdat lies a fragmented file, {@code ftyp moov (moof mdat)*}, with decode times on the epoch's time line, whose byte
 * ranges make the HLS stream; both share the samples.
 */
final class Mp4Writer implements ContainerWriter {
    private static final int BOX_HEADER = 8;

    private final ObjectSamples samples;
    private FragmentRange initialization = new FragmentRange(0, 0, 0);
    private List<FragmentRange> fragments = List.of();

    Mp4Writer(List<TrackFormat> formats) {
        this.samples = new ObjectSamples(formats);
    }

    @Override
    public String extension() {
        return "mp4";
    }

    @Override
    public String contentType() {
        return samples.reference().isVideo() ? "video/mp4" : "audio/mp4";
    }

    @Override
    public boolean isHls() {
        return true;
    }

    @Override
    public void add(Frame frame) {
        samples.add(frame);
    }

    @Override
    public List<TrackFormat> formats() {
        return samples.formats();
    }

    @Override
    public long byteLength() {
        return 1_024 + samples.dataBytes() + 24 * samples.frameCount();
    }

    @Override
    public long heldBytes() {
        return samples.heldBytes();
    }

    @Override
    public void relocate(Relocation elsewhere) throws IOException {
        samples.relocate(elsewhere);
    }

    @Override
    public long frameCount() {
        return samples.frameCount();
    }

    @Override
    public ByteBuffer finish() {
        samples.settle();
        long duration = samples.endMicros() - samples.startMicros();
        ByteBuffer inner = Mp4Header.fragmented(samples.tracks(), duration);
        List<Long> cuts = samples.cutsMicros();
        List<Mp4Fragment> parts = cut(samples, cuts, 1);
        // The header's length does not depend on the offsets in it.
        long innerAt = (long) header(parts, duration, 0).remaining() + BOX_HEADER;
        long offset = innerAt + inner.remaining();
        ByteBuffer header = header(parts, duration, offset);
        fragments = ranges(parts, cuts, offset);
        offset += fragments.stream().mapToLong(FragmentRange::length).sum();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(offset));
        file.put(header);
        file.putInt(Math.toIntExact(offset - header.limit())).putInt(0x6D64_6174);
        file.put(inner);
        parts.forEach(part -> part.write(file));
        initialization = new FragmentRange(innerAt, inner.limit(), 0);
        return file.flip();
    }

    /**
     * Joins fragments until each range has samples of every track. A player that is given one without sound has as much to
     * play as before, because both go into one buffer; hls.js takes that for an error and stops there.
     */
    private List<FragmentRange> ranges(List<Mp4Fragment> parts, List<Long> cuts, long firstOffset) {
        long tracks =
                samples.tracks().stream().filter(track -> track.count() > 0).count();
        List<FragmentRange> ranges = new ArrayList<>();
        boolean lastIsWhole = false;
        long offset = firstOffset;
        for (int i = 0; i < parts.size(); i++) {
            long until = i + 1 < cuts.size() ? cuts.get(i + 1) : Math.max(referenceEnd(), cuts.get(i));
            FragmentRange range = new FragmentRange(offset, parts.get(i).byteLength(), until - cuts.get(i));
            boolean whole = parts.get(i).trackCount() == tracks;
            int last = ranges.size() - 1;
            if (last < 0 || (whole && lastIsWhole)) {
                ranges.add(range);
                lastIsWhole = whole;
            } else {
                ranges.set(last, ranges.get(last).with(range));
                lastIsWhole |= whole;
            }
            offset += range.length();
        }
        return List.copyOf(ranges);
    }

    private ByteBuffer header(List<Mp4Fragment> parts, long durationMicros, long fragmentsAt) {
        Mp4SampleTables tables = new Mp4SampleTables(samples.startMicros(), parts, fragmentsAt);
        return Mp4Header.withTables(samples.tracks(), durationMicros, tables);
    }

    private long referenceEnd() {
        return samples.reference().endMicros();
    }

    /** Cuts settled samples into fragments, numbered from {@code firstNumber} on. */
    static List<Mp4Fragment> cut(ObjectSamples samples, List<Long> cuts, int firstNumber) {
        List<Mp4Fragment> parts = new ArrayList<>();
        int[] next = new int[samples.tracks().size()];
        for (int i = 0; i < cuts.size(); i++) {
            long until = i + 1 < cuts.size() ? cuts.get(i + 1) : Long.MAX_VALUE;
            Mp4Fragment part = new Mp4Fragment(firstNumber + i);
            for (int track = 0; track < next.length; track++) {
                TrackSamples source = samples.tracks().get(track);
                int end = source.indexAt(until, next[track]);
                part.add(source, next[track], end);
                next[track] = end;
            }
            parts.add(part);
        }
        return parts;
    }

    @Override
    public FragmentRange initialization() {
        return initialization;
    }

    @Override
    public List<FragmentRange> fragments() {
        return fragments;
    }
}
