package dev.weir.connector.assemble;

import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One track and its simulcast layers (RFC 8853), of which the one with the largest picture that is alive goes into the
 * archive. Changes of layer happen at keyframes.
 */
final class Track {
    /** A layer that gave nothing for this long, while others did, is dead. */
    private static final long STALL_MICROS = 2_000_000;

    private final TrackInfo info;
    private final Codec codec;
    private final AssembleConfig config;
    private final TreeMap<String, Layer> layers = new TreeMap<>();
    private Optional<String> selected = Optional.empty();
    private long selectedArea;
    private long lastArrivalMicros;

    Track(TrackInfo info, Codec codec, AssembleConfig config) {
        this.info = info;
        this.codec = codec;
        this.config = config;
    }

    int index() {
        return info.trackIndex();
    }

    TrackInfo info() {
        return info;
    }

    boolean isAudio() {
        return codec.kind() == MediaKind.AUDIO;
    }

    Codec codec() {
        return codec;
    }

    TrackFormat audioFormat() {
        return new FormatReader(info, codec).audio();
    }

    Layer layer(String rid) {
        return layers.computeIfAbsent(rid, name -> new Layer(info, codec, config));
    }

    Map<String, Layer> layers() {
        return layers;
    }

    Collection<Layer> allLayers() {
        return layers.values();
    }

    /** Returns the selected layer, if frames of any have come. */
    Optional<Layer> selectedLayer() {
        return selected.map(this::layer);
    }

    Optional<String> selectedRid() {
        return selected;
    }

    long selectedArea() {
        return selectedArea;
    }

    long lastArrivalMicros() {
        return lastArrivalMicros;
    }

    void restore(Optional<String> rid, long area, long lastArrival) {
        selected = rid;
        selectedArea = area;
        lastArrivalMicros = lastArrival;
    }

    /** Chooses the layer to start with. */
    void select() {
        if (selected.isEmpty()) {
            layers.entrySet().stream()
                    .filter(entry -> entry.getValue().firstKeyframe().isPresent())
                    .max(Comparator.comparingLong(
                            entry -> area(entry.getValue().firstKeyframe().orElseThrow())))
                    .ifPresent(entry -> {
                        selected = Optional.of(entry.getKey());
                        selectedArea = area(entry.getValue().firstKeyframe().orElseThrow());
                    });
        }
    }

    /** Drops what other layers have that is due, or changes to one of them; due = arrived by {@code dueMicros}. */
    void follow(long dueMicros) {
        select();
        if (layers.size() < 2 || selected.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Layer> entry : layers.entrySet()) {
            if (!entry.getKey().equals(selected.get())) {
                passOver(entry.getKey(), entry.getValue(), dueMicros);
            }
        }
    }

    private void passOver(String rid, Layer other, long dueMicros) {
        for (Optional<PendingFrame> head = other.head(); isDue(head, dueMicros); head = other.head()) {
            PendingFrame frame = head.orElseThrow();
            Layer current = selectedLayer().orElseThrow();
            boolean stalled = current.head().isEmpty() && frame.lastArrivalMicros() - lastArrivalMicros > STALL_MICROS;
            if (frame.encoded().keyframe() && (stalled || area(frame) > selectedArea)) {
                other.clock().restart();
                other.clock().continueFrom(current.clock().endTicks());
                current.drop();
                selected = Optional.of(rid);
                selectedArea = area(frame);
                return;
            }
            other.consumeHead();
        }
    }

    private static boolean isDue(Optional<PendingFrame> head, long dueMicros) {
        return head.isPresent() && head.get().lastArrivalMicros() <= dueMicros;
    }

    /** Notes that a frame of the selected layer was delivered. */
    void delivered(PendingFrame frame) {
        lastArrivalMicros = frame.lastArrivalMicros();
        frame.format().ifPresent(format -> selectedArea = area(frame));
    }

    private static long area(PendingFrame frame) {
        return frame.format()
                .map(format -> (long) format.widthPx() * format.heightPx())
                .orElse(0L);
    }
}
