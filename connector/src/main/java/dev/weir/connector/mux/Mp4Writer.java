package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes fragmented MP4: {@code ftyp moov sidx* (moof mdat)*}, decode times on the epoch's time line. */
final class Mp4Writer implements ContainerWriter {
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
        return 1_024 + samples.dataBytes() + 16 * samples.frameCount();
    }

    @Override
    public long frameCount() {
        return samples.frameCount();
    }

    @Override
    public ByteBuffer finish() {
        samples.settle();
        ByteBuffer header = new Mp4Header().write(samples.tracks(), samples.endMicros() - samples.startMicros());
        List<Long> cuts = samples.cutsMicros();
        List<Mp4Fragment> parts = cut(samples, cuts, 1);
        Mp4Index index = new Mp4Index(samples.tracks(), parts.size());
        long offset = (long) header.remaining() + index.length();
        List<FragmentRange> ranges = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            long until = i + 1 < cuts.size() ? cuts.get(i + 1) : Math.max(referenceEnd(), cuts.get(i));
            long length = parts.get(i).byteLength();
            ranges.add(new FragmentRange(offset, length, until - cuts.get(i)));
            offset += length;
        }
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(offset));
        file.put(header);
        index.write(file, cuts.get(0), ranges);
        parts.forEach(part -> part.write(file));
        initialization = new FragmentRange(0, header.limit(), 0);
        fragments = List.copyOf(ranges);
        return file.flip();
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
