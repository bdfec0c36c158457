package dev.weir.gateway.facts;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.FrameMeta;
import dev.weir.webrtc.codec.Codec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * Follows one epoch through the media log and tells its frames, each once Kafka has the batch with its last packet. Packets
 * come in the order of the log; time is their arrival stamps. Mirror thread.
 */
public final class FrameTracker {
    private static final int BATCHES_REMEMBERED = 2_048;

    private final String streamId;
    private final long epoch;
    private final int partition;
    private final FactSink sink;
    private final Map<Integer, TrackFrames> tracks = new LinkedHashMap<>();
    private final Queue<Numbered> waiting = new ArrayDeque<>();
    private final Map<Long, OptionalLong> offsets = new LinkedHashMap<>();
    private long acknowledgedBatch = -1;
    private long acknowledgedOffset = -1;
    private OptionalLong acknowledgedArrivalMicros = OptionalLong.empty();

    /** A frame with its number, waiting for Kafka. */
    private record Numbered(TrackFrames track, TrackLayer layer, TrackedFrame frame, long id) {}

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
            TrackFrames known = tracks.computeIfAbsent(track.index(), index -> new TrackFrames());
            known.use(track);
        }
    }

    /** Takes a packet that went into {@code batch}. */
    public void packet(RelayPacket packet, long batch) {
        TrackFrames track = tracks.get(packet.trackIndex());
        if (track == null) {
            return;
        }
        TrackLayer known = track.layers.get(packet.rid());
        if (known != null) {
            known.packet(packet, batch);
        } else {
            track.layer(packet.rid()).ifPresent(layer -> layer.packet(packet, batch));
        }
    }

    /** Takes a sender report of the publisher. */
    public void senderReport(int trackIndex, String rid, long ntpTimestamp, long extendedTimestamp) {
        TrackFrames track = tracks.get(trackIndex);
        if (track != null) {
            track.layer(rid).ifPresent(layer -> layer.clock().onSenderReport(ntpTimestamp, extendedTimestamp));
        }
    }

    /** Packets were left out of the log here: frames do not go on behind it. */
    public void gap() {
        tracks.values().forEach(track -> track.layers.values().forEach(TrackLayer::reset));
    }

    /** Gives up waiting for what has not come for a second. */
    public void advance(long nowMicros) {
        tracks.values().forEach(track -> track.layers.values().forEach(layer -> layer.advance(nowMicros)));
    }

    /**
     * Kafka has dealt with {@code batch}, in order: it lies at {@code offset}, or is lost when that is empty.
     *
     * @param lastArrivalMicros arrival of its last packet
     */
    public void acknowledged(long batch, OptionalLong offset, long lastArrivalMicros) {
        offsets.put(batch, offset);
        if (offsets.size() > BATCHES_REMEMBERED) {
            offsets.remove(offsets.keySet().iterator().next());
        }
        acknowledgedBatch = Math.max(acknowledgedBatch, batch);
        if (offset.isPresent()) {
            acknowledgedOffset = Math.max(acknowledgedOffset, offset.getAsLong());
            acknowledgedArrivalMicros = OptionalLong.of(lastArrivalMicros);
        }
        release();
    }

    private void release() {
        for (Numbered next = waiting.peek();
                next != null && next.frame.lastBatch <= acknowledgedBatch;
                next = waiting.peek()) {
            waiting.remove();
            next.track.acknowledgedFrameId = next.id;
            sink.frame(describe(next));
        }
    }

    private FrameMeta describe(Numbered numbered) {
        OptionalLong offset = offsets.getOrDefault(numbered.frame.firstBatch, OptionalLong.empty());
        return FrameDescription.of(streamId, epoch, numbered.id, numbered.layer, numbered.frame, partition, offset);
    }

    /** Returns the layers that have sent something, in the order of the tracks. */
    List<TrackLayer> layers() {
        List<TrackLayer> layers = new ArrayList<>();
        tracks.values().forEach(track -> layers.addAll(track.layers.values()));
        return layers;
    }

    /** Returns the tracks as they were announced last. */
    List<TrackFrames> tracks() {
        return List.copyOf(tracks.values());
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
        private final Map<String, TrackLayer> layers = new LinkedHashMap<>();
        private Optional<RelayTrack> track = Optional.empty();
        private long nextFrameId;
        private long acknowledgedFrameId = -1;

        void use(RelayTrack announced) {
            if (track.isPresent() && !track.get().equals(announced)) {
                layers.values().forEach(TrackLayer::reset);
                layers.clear();
            }
            track = Optional.of(announced);
        }

        Optional<TrackLayer> layer(String rid) {
            TrackLayer known = layers.get(rid);
            if (known != null || track.isEmpty()) {
                return Optional.ofNullable(known);
            }
            RelayTrack described = track.get();
            Optional<TrackLayer> added = Codec.ofEncodingName(described.format().encodingName())
                    .map(codec -> new TrackLayer(described, rid, codec, this::number));
            added.ifPresent(layer -> layers.put(rid, layer));
            return added;
        }

        private void number(TrackLayer layer, TrackedFrame frame) {
            waiting.add(new Numbered(this, layer, frame, nextFrameId++));
            release();
        }

        RelayTrack described() {
            return track.orElseThrow();
        }

        List<TrackLayer> layers() {
            return List.copyOf(layers.values());
        }

        long frames() {
            return nextFrameId;
        }

        long acknowledgedFrameId() {
            return acknowledgedFrameId;
        }
    }
}
