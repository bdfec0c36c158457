package dev.weir.gateway.facts;

import dev.weir.gateway.ingest.PublisherStats;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.session.Session;
import dev.weir.schemas.CodecName;
import dev.weir.schemas.Direction;
import dev.weir.schemas.PathStats;
import dev.weir.schemas.Role;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.StreamTrack;
import dev.weir.schemas.TrackStats;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureSize;
import dev.weir.webrtc.rtp.MediaKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.IntSupplier;

/** Tells the statistics of a publisher's tracks and the state of its stream in intervals. Mirror thread. */
public final class StreamFacts {
    /** How often the catalogue repeats a live stream, for its watermarks. */
    private static final long CATALOGUE_MICROS = 5_000_000;

    private static final long STALL_MICROS = 2_000_000;

    private final FrameTracker tracker;
    private final FactSink sink;
    private final SessionFacts sessions;
    private final IntSupplier viewers;
    private final long statsMicros;
    private StreamCondition condition = StreamCondition.LIVE;
    private long sinceMicros;
    private long catalogueMicros;
    private long statsSinceMicros;
    private long lastPacketMicros;
    private String publisher = "";
    /** Remembered for the end, when the session is gone. */
    private List<PublisherStats.Inbound> sources = List.of();

    /** Takes the epoch, which begins now. */
    public StreamFacts(
            FrameTracker tracker,
            FactSink sink,
            SessionFacts sessions,
            IntSupplier viewers,
            Duration statsInterval,
            long nowMicros) {
        this.tracker = tracker;
        this.sink = sink;
        this.sessions = sessions;
        this.viewers = viewers;
        statsMicros = statsInterval.toNanos() / 1000;
        sinceMicros = nowMicros;
        statsSinceMicros = nowMicros;
        lastPacketMicros = nowMicros;
    }

    /** Notes that a packet came. */
    public void onPacket(long arrivalMicros) {
        lastPacketMicros = arrivalMicros;
    }

    /** Tells what is due. */
    public void onTick(long nowMicros) {
        StreamCondition now =
                nowMicros - lastPacketMicros >= STALL_MICROS ? StreamCondition.STALLED : StreamCondition.LIVE;
        if (condition != StreamCondition.OFFLINE && now != condition) {
            become(now, nowMicros);
        } else if (condition != StreamCondition.OFFLINE && nowMicros - catalogueMicros >= CATALOGUE_MICROS) {
            tellState(nowMicros);
        }
        if (nowMicros - statsSinceMicros >= statsMicros) {
            tellStats(nowMicros);
        }
    }

    /** The publisher is gone, and Kafka has dealt with everything of the epoch. */
    public void onEnd(long nowMicros) {
        tellStats(nowMicros);
        become(StreamCondition.OFFLINE, nowMicros);
    }

    private void become(StreamCondition next, long nowMicros) {
        condition = next;
        sinceMicros = nowMicros;
        tellState(nowMicros);
    }

    /** Asked while the session lives, and remembered for the end, when it is gone. */
    private String publisher() {
        if (publisher.isEmpty()) {
            publisher = sessions.publisherOf(tracker.streamId(), tracker.epoch())
                    .map(Session::publicId)
                    .orElse("");
        }
        return publisher;
    }

    private void tellState(long nowMicros) {
        catalogueMicros = nowMicros;
        List<StreamTrack> tracks = new ArrayList<>();
        for (FrameTracker.TrackFrames track : tracker.tracks()) {
            tracks.add(describe(track));
        }
        sink.stream(new StreamState(
                tracker.streamId(),
                tracker.epoch(),
                condition,
                sinceMicros,
                nowMicros,
                Optional.of(publisher()).filter(id -> !id.isEmpty()),
                tracks,
                viewers.getAsInt(),
                tracker.partition(),
                tracker.acknowledgedOffset(),
                tracker.acknowledgedBatch(),
                tracker.acknowledgedArrivalMicros(),
                -1,
                OptionalLong.empty()));
    }

    private static StreamTrack describe(FrameTracker.TrackFrames frames) {
        RelayTrack track = frames.described();
        Optional<PictureSize> size = frames.layers().stream()
                .flatMap(layer -> layer.size().stream())
                .max((a, b) -> Integer.compare(a.widthPx() * a.heightPx(), b.widthPx() * b.heightPx()));
        return new StreamTrack(
                track.trackId(),
                FrameDescription.kindOf(track.kind()),
                Codec.ofEncodingName(track.format().encodingName())
                        .map(FrameDescription::nameOf)
                        .orElse(CodecName.UNKNOWN),
                track.format().fmtp(),
                track.format().clockRateHz(),
                track.kind() == MediaKind.VIDEO ? 0 : track.format().channels(),
                track.rids(),
                width(size),
                height(size),
                frames.frames(),
                frames.acknowledgedFrameId());
    }

    private void tellStats(long nowMicros) {
        long intervalMicros = nowMicros - statsSinceMicros;
        statsSinceMicros = nowMicros;
        if (intervalMicros <= 0) {
            return;
        }
        sessions.publisherOf(tracker.streamId(), tracker.epoch())
                .ifPresent(session -> sources = session.stats().publisher().inbound());
        for (TrackLayer layer : tracker.layers()) {
            sink.stats(describe(layer, pathOf(layer), nowMicros, intervalMicros));
            layer.tally().nextInterval();
        }
    }

    /** The newest source of a layer is the one in use. */
    private Optional<PathStats> pathOf(TrackLayer layer) {
        return sources.stream()
                .filter(source -> source.rid().equals(layer.rid())
                        && source.kind().equalsIgnoreCase(layer.track().kind().name()))
                .reduce((former, newer) -> newer)
                .map(PathFacts::of);
    }

    private TrackStats describe(TrackLayer layer, Optional<PathStats> path, long nowMicros, long intervalMicros) {
        LayerTally tally = layer.tally();
        boolean video = layer.track().kind() == MediaKind.VIDEO;
        return new TrackStats(
                publisher(),
                tracker.streamId(),
                tracker.epoch(),
                layer.track().trackId(),
                layer.rid(),
                Role.PUBLISHER,
                Direction.INBOUND,
                FrameDescription.kindOf(layer.track().kind()),
                FrameDescription.nameOf(layer.codec()),
                nowMicros,
                (int) Math.min(Integer.MAX_VALUE, intervalMicros / 1000),
                tally.packets,
                tally.bytes,
                OptionalLong.of(tally.packetsLost),
                tally.intervalBytes * 8 * 1_000_000 / intervalMicros,
                Optional.of((float)
                        (tally.jitterTicks * 1000 / layer.track().format().clockRateHz())),
                OptionalLong.of(tally.frames),
                video ? OptionalLong.of(tally.keyframes) : OptionalLong.empty(),
                video ? OptionalLong.of(tally.undecodable) : OptionalLong.empty(),
                Optional.of(tally.intervalFrames * 1e6f / intervalMicros),
                width(layer.size()),
                height(layer.size()),
                OptionalInt.of((int) Math.min(Integer.MAX_VALUE, tally.interFrameMicrosMax / 1000)),
                video ? OptionalInt.of(tally.freezes.freezes()) : OptionalInt.empty(),
                video ? OptionalLong.of(tally.freezes.freezeMicros() / 1000) : OptionalLong.empty(),
                tally.hasAudioLevel() ? Optional.of(tally.audioLevelDbov()) : Optional.empty(),
                path);
    }

    private static OptionalInt width(Optional<PictureSize> size) {
        return size.isPresent() ? OptionalInt.of(size.get().widthPx()) : OptionalInt.empty();
    }

    private static OptionalInt height(Optional<PictureSize> size) {
        return size.isPresent() ? OptionalInt.of(size.get().heightPx()) : OptionalInt.empty();
    }
}
