package dev.weir.connector.assemble;

import dev.weir.schemas.LogPacket;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.Depacketizer;
import dev.weir.webrtc.codec.EncodedFrame;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Puts the packets of one SSRC into order and whole frames together. */
final class FrameSource {
    /** Takes what a source gives, in order. */
    interface Sink {
        /** Takes a frame with the packets that it came in. */
        void onFrame(SourceFrame frame);
    }

    /**
     * A frame and where it came from.
     *
     * @param encoded the frame
     * @param missing packets that were given up right before it or within it
     * @param packets packets that were there, padding included
     */
    record SourceFrame(
            EncodedFrame encoded,
            long missing,
            int packets,
            long firstArrivalMicros,
            long lastArrivalMicros,
            long firstOffset,
            long lastOffset) {}

    private final int ssrc;
    private final ReorderBuffer reorder;
    private final Depacketizer depacketizer;
    private final TreeMap<Long, ReceivedPacket> unfinished = new TreeMap<>();
    private long missing;

    FrameSource(int ssrc, Codec codec, ReorderBuffer reorder) {
        this.ssrc = ssrc;
        this.reorder = reorder;
        this.depacketizer = Depacketizer.of(codec);
    }

    int ssrc() {
        return ssrc;
    }

    /** Ignores everything before {@code sequence}. */
    void expect(long sequence) {
        reorder.expect(sequence);
    }

    void add(ReceivedPacket packet) {
        reorder.add(packet);
    }

    /** Gives the frames that are complete by now; {@code flush} gives everything, finished or not. */
    void drain(long nowMicros, boolean flush, Sink sink) {
        for (Optional<ReceivedPacket> next = reorder.poll(nowMicros, flush);
                next.isPresent();
                next = reorder.poll(nowMicros, flush)) {
            missing += reorder.skipped();
            push(next.get(), sink);
        }
        if (flush) {
            depacketizer.flush(frame -> complete(frame, sink));
        }
    }

    private void push(ReceivedPacket received, Sink sink) {
        LogPacket packet = received.packet();
        unfinished.put(received.sequence(), received);
        depacketizer.push(
                packet.payload(),
                packet.marker(),
                packet.extendedSequence(),
                packet.extendedTimestamp(),
                frame -> complete(frame, sink));
    }

    private void complete(EncodedFrame frame, Sink sink) {
        var covered = unfinished.headMap(frame.lastSequence(), true);
        if (covered.isEmpty()) {
            return;
        }
        var own = covered.tailMap(frame.firstSequence(), true);
        var packets = own.isEmpty() ? covered : own;
        sink.onFrame(new SourceFrame(
                frame,
                missing,
                covered.size(),
                arrivals(packets.values()).min().orElse(0),
                arrivals(packets.values()).max().orElse(0),
                offsets(packets.values()).min().orElse(0),
                offsets(packets.values()).max().orElse(0)));
        missing = 0;
        covered.clear();
    }

    private static LongStream arrivals(Collection<ReceivedPacket> packets) {
        return packets.stream().mapToLong(ReceivedPacket::arrivalMicros);
    }

    private static LongStream offsets(Collection<ReceivedPacket> packets) {
        return packets.stream().mapToLong(ReceivedPacket::offset);
    }

    /** Returns the lowest log offset of the packets that no frame has come of yet. */
    OptionalLong oldestOffset() {
        return LongStream.concat(reorder.oldestOffset().stream(), offsets(unfinished.values()))
                .min();
    }
}
