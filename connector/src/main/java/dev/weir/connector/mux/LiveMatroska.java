package dev.weir.connector.mux;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes Matroska into a pipe as frames come: segment and clusters have no size (RFC 9559 section 4.5), nothing is patched.
 * Each frame is one write, so that a reader has it at once. One thread.
 */
public final class LiveMatroska {
    private static final int CLUSTER_MILLIS = 5_000;
    private static final int KEYFRAME = 0x80;
    private static final int BLOCK_HEADER = 4;
    private static final int SEGMENT_HEADER = 12;
    private static final long UNKNOWN_SIZE = 0x01FF_FFFF_FFFF_FFFFL;

    private final OutputStream out;
    private long clusterMillis = Long.MIN_VALUE;

    /** Takes the pipe, which stays the caller's. */
    public LiveMatroska(OutputStream out) {
        this.out = out;
    }

    /** Writes what stands before the frames; tracks are numbered from 0 in the order given. */
    public void start(List<LiveTrack> tracks) throws IOException {
        write(MatroskaHeader.ebml("matroska"));
        write(ByteBuffer.allocate(SEGMENT_HEADER)
                .putInt(MatroskaId.SEGMENT)
                .putLong(UNKNOWN_SIZE)
                .flip());
        write(MatroskaHeader.liveInfo());
        write(MatroskaHeader.liveTracks(tracks));
        out.flush();
    }

    /** Writes a frame; frames come nearly in order of time. */
    public void frame(int track, long ptsMillis, boolean keyframe, boolean startsCluster, ByteBuffer data)
            throws IOException {
        long age = ptsMillis - clusterMillis;
        EbmlWriter header = new EbmlWriter();
        if (clusterMillis == Long.MIN_VALUE || startsCluster || age > CLUSTER_MILLIS || age < Short.MIN_VALUE) {
            clusterMillis = ptsMillis;
            write(ByteBuffer.allocate(SEGMENT_HEADER)
                    .putInt(MatroskaId.CLUSTER)
                    .putLong(UNKNOWN_SIZE)
                    .flip());
            header.unsigned(MatroskaId.TIMESTAMP, ptsMillis);
        }
        header.header(MatroskaId.SIMPLE_BLOCK, BLOCK_HEADER + (long) data.remaining());
        header.raw8(0x80 | track + 1).raw16((int) (ptsMillis - clusterMillis)).raw8(keyframe ? KEYFRAME : 0);
        write(header.written());
        write(data);
        out.flush();
    }

    private void write(ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        out.write(copy);
    }
}
