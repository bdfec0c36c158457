package dev.weir.gateway.facts;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.FrameMeta;
import dev.weir.webrtc.codec.Codec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Follows one epoch through the media log and tells its frames, each once Kafka has the batch with its last packet. Packets
 * come in the order of the log; time is their arrival stamps. Mirror thread.
 */
public final class FrameTracker {
    static final long NO_OFFSET = -1;

    /** A power of two; a frame lies in a few batches, and is told a second after its last packet at the latest. */
    private static final int BATCHES_REMEMBERED = 512;

    private final String streamId;
    private final long epoch;
    private final int partition;
    private final FactSink sink;
    private final List<TrackFrames> tracks = new ArrayList<>();
    private final Queue<Numbered> waiting = new ArrayDeque<>();
    /** Of the last batches, each at its number modulo {@value #BATCHES_REMEMBERED}. */
    private final long[] offsets = new long[BATCHES_REMEMBERED];

    private long acknowledgedBatch = -1;
    private long acknowledgedOffset = NO_OFFSET;
    private OptionalLong acknowledgedArrivalMicros = OptionalLong.empty();

    /** A frame with its number, waiting for Kafka. */
    private final class Numbered implements Supplier<FrameMeta> {
        private final TrackFrames track;
        private final TrackLayer layer;
        private final TrackedFrame frame;

        Numbered(TrackFrames track, TrackLayer layer, TrackedFrame frame) {
            this.track = track;
            this.layer = layer;
            this.frame = frame;
        }

        /** Any thread, once it is told. */
        @Override
        public FrameMeta get() {
            return FrameDescription.of(streamId, epoch, partition, layer, frame);
        }
    }

    /** Takes where the epoch lies in the media log. */
    public FrameTracker(String streamId, long epoch, int partition, FactSink sink) {
        this.streamId = streamId;
        this.epoch = epoch;
        this.partition = partition;
        this.sink = sink;
    }

    /** Takes the tracks of the epoch, again when a codec changed. */
    public void tracks(List<RelayTrack> announced) {
        for (RelayTrack track : announced) {
            Optional<TrackFrames> known = track(track.index());
            if (known.isPresent()) {
                known.get().use(track);
            } else {
                tracks.add(new TrackFrames(track));
            }
        }
    }

    /** There are two as a rule: quicker found in a list than in a map. */
    private Optional<TrackFrames> track(int index) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).track.index() == index) {
                return Optional.of(tracks.get(i));
            }
        }
        return Optional.empty();
    }

    /** Takes a packet that went into {@code batch}. */
    public void packet(RelayPacket packet, long batch) {
        Optional<TrackLayer> layer = layer(packet.trackIndex(), packet.rid());
        if (layer.isPresent()) {
            layer.get().packet(packet, batch);
        }
    }

    private Optional<TrackLayer> layer(int trackIndex, String rid) {
        Optional<TrackFrames> track = track(trackIndex);
        return track.isPresent() ? track.get().layer(rid) : Optional.empty();
    }

    /** Takes a sender report of the publisher. */
    public void senderReport(int trackIndex, String rid, long ntpTimestamp, long extendedTimestamp) {
        layer(trackIndex, rid).ifPresent(layer -> layer.clock().onSenderReport(ntpTimestamp, extendedTimestamp));
    }

    /** Packets were left out of the log here: frames do not go on behind it. */
    public void gap() {
        tracks.forEach(track -> track.layers.forEach(TrackLayer::reset));
    }

    /** Gives up waiting for what has not come for a second. */
    public void advance(long nowMicros) {
        tracks.forEach(track -> track.layers.forEach(layer -> layer.advance(nowMicros)));
    }

    /**
     * Kafka has dealt with {@code batch}, in order: it lies at {@code offset}, or is lost when that is empty.
     *
     * @param lastArrivalMicros arrival of its last packet
     */
    public void acknowledged(long batch, OptionalLong offset, long lastArrivalMicros) {
        for (long skipped = Math.max(acknowledgedBatch + 1, batch - BATCHES_REMEMBERED); skipped < batch; skipped++) {
            offsets[slot(skipped)] = NO_OFFSET;
        }
        offsets[slot(batch)] = offset.orElse(NO_OFFSET);
        acknowledgedBatch = Math.max(acknowledgedBatch, batch);
        if (offset.isPresent()) {
            acknowledgedOffset = Math.max(acknowledgedOffset, offset.getAsLong());
            acknowledgedArrivalMicros = OptionalLong.of(lastArrivalMicros);
        }
        release();
    }

    private static int slot(long batch) {
        return (int) batch & (BATCHES_REMEMBERED - 1);
    }

    private void release() {
        List<Numbered> told = new ArrayList<>();
        for (Numbered next = waiting.peek();
                next != null && next.frame.lastBatch <= acknowledgedBatch;
                next = waiting.peek()) {
            waiting.remove();
            next.track.acknowledgedFrameId = next.frame.frameId;
            if (acknowledgedBatch - next.frame.firstBatch < BATCHES_REMEMBERED) {
                next.frame.offset = offsets[slot(next.frame.firstBatch)];
            }
            told.add(next);
        }
        if (!told.isEmpty()) {
            sink.frames(told);
        }
    }

    /** Returns the layers that have sent something, in the order of the tracks. */
    List<TrackLayer> layers() {
        List<TrackLayer> layers = new ArrayList<>();
        tracks.forEach(track -> layers.addAll(track.layers));
        return layers;
    }

    /** Returns the tracks as they were announced last. */
    List<TrackFrames> tracks() {
        return List.copyOf(tracks);
    }

    String streamId() {
        return streamId;
    }

    long epoch() {
        return epoch;
    }

    int partition() {
        return partition;
    }

    long acknowledgedBatch() {
        return acknowledgedBatch;
    }

    long acknowledgedOffset() {
        return acknowledgedOffset;
    }

    OptionalLong acknowledgedArrivalMicros() {
        return acknowledgedArrivalMicros;
    }

    /** A track: its layers and the numbers of its frames. */
    final class TrackFrames {
        private final List<TrackLayer> layers = new ArrayList<>();
        private RelayTrack track;
        private long nextFrameId;
        private long acknowledgedFrameId = -1;

        TrackFrames(RelayTrack announced) {
            track = announced;
        }

        void use(RelayTrack announced) {
            if (!track.equals(announced)) {
                layers.forEach(TrackLayer::reset);
                layers.clear();
            }
            track = announced;
        }

        Optional<TrackLayer> layer(String rid) {
            for (int i = 0; i < layers.size(); i++) {
                if (layers.get(i).rid().equals(rid)) {
                    return Optional.of(layers.get(i));
                }
            }
            Optional<TrackLayer> added = Codec.ofEncodingName(track.format().encodingName())
                    .map(codec -> new TrackLayer(track, rid, codec, this::number));
            added.ifPresent(layers::add);
            return added;
        }

        private void number(TrackLayer layer, TrackedFrame frame) {
            frame.frameId = nextFrameId++;
            waiting.add(new Numbered(this, layer, frame));
            release();
        }

        RelayTrack described() {
            return track;
        }

        List<TrackLayer> layers() {
            return List.copyOf(layers);
        }

        long frames() {
            return nextFrameId;
        }

        long acknowledgedFrameId() {
            return acknowledgedFrameId;
        }
    }
}
