package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Writes WebM or Matroska with the Cues at the end; size and place of what is not known yet are filled in then. */
final class MatroskaGrowingFile extends GrowingFile {
    private static final long MAX_CLUSTER_MILLIS = 10_000;
    private static final int SEGMENT_ID_LENGTH = 4;
    private static final long SIZE_8 = 0x0100_0000_0000_0000L;

    private final List<MatroskaIndex.Cue> cues = new ArrayList<>();
    private final int infoLength;
    private final int tracksLength;
    private final long segmentStart;

    MatroskaGrowingFile(List<TrackFormat> formats, boolean webm, long durationMicros, SeekableByteChannel channel)
            throws IOException {
        super(formats, channel);
        put(MatroskaHeader.ebml(webm ? "webm" : "matroska"));
        put(ByteBuffer.allocate(SEGMENT_ID_LENGTH + Long.BYTES)
                .putInt(MatroskaId.SEGMENT)
                .putLong(SIZE_8)
                .flip());
        segmentStart = position();
        ByteBuffer info = MatroskaHeader.info(durationMicros / 1_000.0);
        ByteBuffer tracks = MatroskaHeader.tracks(emptyTracks());
        infoLength = info.remaining();
        tracksLength = tracks.remaining();
        put(MatroskaIndex.seekHead(infoLength, tracksLength, 0));
        put(info);
        put(tracks);
    }

    @Override
    void write(ObjectSamples samples) throws IOException {
        List<MatroskaCluster> clusters =
                new MatroskaClusters(samples, samples.cutsMicros(), MAX_CLUSTER_MILLIS, 0).build();
        for (MatroskaCluster cluster : clusters) {
            if (cluster.startsAtKeyframe()) {
                cues.add(new MatroskaIndex.Cue(cluster.startMillis(), position() - segmentStart));
            }
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(cluster.byteLength()));
            cluster.write(bytes);
            put(bytes.flip());
        }
    }

    @Override
    void end() throws IOException {
        long cuesPosition = position() - segmentStart;
        put(MatroskaIndex.cues(cutTrackNumber(), cues));
        ByteBuffer size = ByteBuffer.allocate(Long.BYTES).putLong(SIZE_8 | (position() - segmentStart));
        patch(segmentStart - Long.BYTES, size.flip());
        patch(segmentStart, MatroskaIndex.seekHead(infoLength, tracksLength, cuesPosition));
    }
}
