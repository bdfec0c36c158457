package dev.weir.connector.mux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** SeekHead and Cues: where everything lies, relative to the segment's content (RFC 9559 section 16). */
final class MatroskaIndex {
    private static final int ENTRIES = 3;

    private final int infoLength;
    private final int tracksLength;
    private final List<MatroskaCluster> clusters;

    MatroskaIndex(int infoLength, int tracksLength, List<MatroskaCluster> clusters) {
        this.infoLength = infoLength;
        this.tracksLength = tracksLength;
        this.clusters = clusters;
    }

    /** Where a cluster that starts at a keyframe lies, relative to the segment's content. */
    record Cue(long millis, long clusterPosition) {}

    ByteBuffer seekHead() {
        return seekHead(infoLength, tracksLength, (long) seekHeadLength() + infoLength + tracksLength);
    }

    /** Writes a SeekHead that stands right before Info and Tracks; its length does not depend on the values. */
    static ByteBuffer seekHead(int infoLength, int tracksLength, long cuesPosition) {
        long info = seekHeadLength();
        return seekHead(info, info + infoLength, cuesPosition);
    }

    private static int seekHeadLength() {
        return seekHead(0L, 0L, 0L).remaining();
    }

    private static ByteBuffer seekHead(long info, long tracks, long cues) {
        EbmlWriter out = new EbmlWriter().start(MatroskaId.SEEK_HEAD);
        int[] ids = {MatroskaId.INFO, MatroskaId.TRACKS, MatroskaId.CUES};
        long[] positions = {info, tracks, cues};
        for (int i = 0; i < ENTRIES; i++) {
            out.start(MatroskaId.SEEK)
                    .binary(
                            MatroskaId.SEEK_ID,
                            ByteBuffer.allocate(4).putInt(ids[i]).flip())
                    .unsigned8(MatroskaId.SEEK_POSITION, positions[i])
                    .end();
        }
        return out.end().written();
    }

    ByteBuffer cues(int trackNumber) {
        return cues(trackNumber, firstClusterPosition());
    }

    /** Returns where the first cluster lies, relative to the segment's content. */
    long firstClusterPosition() {
        return (long) seekHeadLength() + infoLength + tracksLength + cues(1, 0).remaining();
    }

    private ByteBuffer cues(int trackNumber, long firstCluster) {
        List<Cue> cues = new ArrayList<>();
        long position = firstCluster;
        for (MatroskaCluster cluster : clusters) {
            if (cluster.startsAtKeyframe()) {
                cues.add(new Cue(cluster.startMillis(), position));
            }
            position += cluster.byteLength();
        }
        return cues(trackNumber, cues);
    }

    static ByteBuffer cues(int trackNumber, List<Cue> cues) {
        EbmlWriter out = new EbmlWriter().start(MatroskaId.CUES);
        for (Cue cue : cues) {
            out.start(MatroskaId.CUE_POINT)
                    .unsigned8(MatroskaId.CUE_TIME, cue.millis)
                    .start(MatroskaId.CUE_TRACK_POSITIONS)
                    .unsigned(MatroskaId.CUE_TRACK, trackNumber)
                    .unsigned8(MatroskaId.CUE_CLUSTER_POSITION, cue.clusterPosition)
                    .end()
                    .end();
        }
        return out.end().written();
    }
}
