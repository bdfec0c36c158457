package dev.weir.connector.mux;

import dev.weir.connector.assemble.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One cluster of SimpleBlocks (RFC 9559 section 5.1.3): block times are milliseconds relative to the cluster's. */
final class MatroskaCluster {
    private static final int KEYFRAME = 0x80;
    private static final int BLOCK_HEADER = 4;

    private final long startMillis;
    private final boolean startsAtKeyframe;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private long contentBytes;

    MatroskaCluster(long startMillis, boolean startsAtKeyframe) {
        this.startMillis = startMillis;
        this.startsAtKeyframe = startsAtKeyframe;
        part(new EbmlWriter().unsigned(MatroskaId.TIMESTAMP, startMillis).written());
    }

    void add(int trackNumber, long millis, Frame frame) {
        EbmlWriter header = new EbmlWriter();
        header.header(
                MatroskaId.SIMPLE_BLOCK, BLOCK_HEADER + (long) frame.data().remaining());
        header.raw8(0x80 | trackNumber).raw16((int) (millis - startMillis)).raw8(frame.keyframe() ? KEYFRAME : 0);
        part(header.written());
        part(frame.data().duplicate());
    }

    private void part(ByteBuffer bytes) {
        parts.add(bytes);
        contentBytes += bytes.remaining();
    }

    long startMillis() {
        return startMillis;
    }

    boolean startsAtKeyframe() {
        return startsAtKeyframe;
    }

    long byteLength() {
        return header().remaining() + contentBytes;
    }

    private ByteBuffer header() {
        return new EbmlWriter().header(MatroskaId.CLUSTER, contentBytes).written();
    }

    void write(ByteBuffer out) {
        out.put(header());
        for (ByteBuffer part : parts) {
            out.put(part.duplicate());
        }
    }
}
