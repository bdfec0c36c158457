package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes WebM or Matroska: SeekHead, Info, Tracks and Cues before the clusters, so that a player can seek at once. Times
 * start at 0.
 */
final class MatroskaWriter implements ContainerWriter {
    private static final long MAX_CLUSTER_MILLIS = 10_000;

    private final ObjectSamples samples;
    private final boolean webm;
    private FragmentRange initialization = new FragmentRange(0, 0, 0);
    private List<FragmentRange> fragments = List.of();

    MatroskaWriter(List<TrackFormat> formats, boolean webm) {
        this.samples = new ObjectSamples(formats);
        this.webm = webm;
    }

    @Override
    public String extension() {
        return webm ? "webm" : "mkv";
    }

    @Override
    public String contentType() {
        String kind = samples.reference().isVideo() ? "video" : "audio";
        return kind + (webm ? "/webm" : "/x-matroska");
    }

    @Override
    public boolean isHls() {
        return false;
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
        return 1_024 + samples.dataBytes() + 8 * samples.frameCount();
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
        long start = samples.startMicros();
        List<Long> cuts = samples.cutsMicros();
        List<MatroskaCluster> clusters = new MatroskaClusters(samples, cuts, MAX_CLUSTER_MILLIS, start).build();
        ByteBuffer ebml = MatroskaHeader.ebml(webm ? "webm" : "matroska");
        ByteBuffer info = MatroskaHeader.info((samples.endMicros() - start) / 1_000.0);
        ByteBuffer tracks = MatroskaHeader.tracks(samples.tracks());
        MatroskaIndex index = new MatroskaIndex(info.remaining(), tracks.remaining(), clusters);
        int referenceNumber = samples.reference().number();
        ByteBuffer seekHead = index.seekHead();
        ByteBuffer cues = index.cues(referenceNumber);
        long content = index.firstClusterPosition()
                + clusters.stream().mapToLong(MatroskaCluster::byteLength).sum();
        ByteBuffer segment =
                new EbmlWriter().header(MatroskaId.SEGMENT, content).written();
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(ebml.remaining() + segment.remaining() + content));
        file.put(ebml).put(segment).put(seekHead).put(info).put(tracks).put(cues);
        initialization = new FragmentRange(0, file.position(), 0);
        fragments = write(clusters, file);
        return file.flip();
    }

    private List<FragmentRange> write(List<MatroskaCluster> clusters, ByteBuffer file) {
        long endMillis = (samples.endMicros() - samples.startMicros()) / 1_000;
        List<FragmentRange> ranges = new ArrayList<>();
        for (int i = 0; i < clusters.size(); i++) {
            MatroskaCluster cluster = clusters.get(i);
            long until = i + 1 < clusters.size() ? clusters.get(i + 1).startMillis() : endMillis;
            long duration = Math.max(0, until - cluster.startMillis()) * 1_000;
            ranges.add(new FragmentRange(file.position(), cluster.byteLength(), duration));
            cluster.write(file);
        }
        return List.copyOf(ranges);
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
