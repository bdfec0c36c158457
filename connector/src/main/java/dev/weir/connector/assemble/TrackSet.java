package dev.weir.connector.assemble;

import dev.weir.schemas.Gap;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The tracks of a stream as the log configures them, and the formats known of them. */
final class TrackSet {
    private final AssembleConfig config;
    private final TreeMap<Integer, Track> tracks = new TreeMap<>();
    private final TreeMap<Integer, TrackFormat> formats = new TreeMap<>();
    private final TreeMap<Integer, Long> ignored = new TreeMap<>();
    private Optional<Gap> lastGap = Optional.empty();

    TrackSet(AssembleConfig config) {
        this.config = config;
    }

    Collection<Track> all() {
        return tracks.values();
    }

    Optional<Track> track(int index) {
        return Optional.ofNullable(tracks.get(index));
    }

    /** Returns the formats that frames may follow for, by track index; the caller may change it. */
    NavigableMap<Integer, TrackFormat> formats() {
        return formats;
    }

    void configure(TrackConfiguration configuration) {
        for (TrackInfo info : configuration.tracks()) {
            Optional<Codec> codec = Codec.ofEncodingName(info.encodingName());
            Track known = tracks.get(info.trackIndex());
            if (codec.isPresent() && (known == null || known.codec() != codec.get())) {
                tracks.put(info.trackIndex(), new Track(info, codec.get(), config));
            }
        }
    }

    /** Takes a packet; false when its track is unknown or its codec none of ours. */
    boolean add(ReceivedPacket packet, long nowMicros) {
        Track track = tracks.get(packet.packet().trackIndex());
        if (track != null) {
            track.layer(packet.packet().rid()).add(packet, nowMicros);
        }
        return track != null;
    }

    void ignore(int trackIndex) {
        ignored.merge(trackIndex, 1L, Long::sum);
    }

    /** Returns how many packets came for tracks that are unknown or whose codec we cannot store, by track index. */
    Map<Integer, Long> ignoredPackets() {
        return ignored;
    }

    void declare(Gap gap) {
        lastGap = Optional.of(gap);
        for (Track track : tracks.values()) {
            if (concerns(gap, track)) {
                track.allLayers().forEach(layer -> layer.declare(gap.reason()));
            }
        }
    }

    private static boolean concerns(Gap gap, Track track) {
        return gap.trackIndex() < 0 || gap.trackIndex() == track.index();
    }

    /** Returns the last gap that the log declared, if no hole was found for it in any of its tracks. */
    Optional<Gap> unmatchedGap() {
        return lastGap.filter(gap -> tracks.values().stream()
                .filter(track -> concerns(gap, track))
                .flatMap(track -> track.allLayers().stream())
                .allMatch(Layer::isDeclarationOpen));
    }

    void advance(long nowMicros, boolean flush) {
        for (Track track : tracks.values()) {
            for (Layer layer : track.allLayers()) {
                layer.advance(nowMicros, flush);
            }
        }
    }

    long queuedBytes() {
        long sum = 0;
        for (Track track : tracks.values()) {
            for (Layer layer : track.allLayers()) {
                sum += layer.queuedBytes();
            }
        }
        return sum;
    }

    long oldestOffset() {
        long oldest = Long.MAX_VALUE;
        for (Track track : tracks.values()) {
            for (Layer layer : track.allLayers()) {
                oldest = Math.min(oldest, layer.oldestOffset());
            }
        }
        return oldest;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(formats.size());
        for (TrackFormat format : formats.values()) {
            StateCodec.writeFormat(out, format);
        }
        StateCodec.writeGap(out, lastGap);
        out.writeInt(ignored.size());
        for (var packets : ignored.entrySet()) {
            out.writeInt(packets.getKey());
            out.writeLong(packets.getValue());
        }
        out.writeInt(tracks.size());
        for (Track track : tracks.values()) {
            StateCodec.writeTrackInfo(out, track.info());
            out.writeUTF(track.codec().name());
            out.writeBoolean(track.selectedRid().isPresent());
            out.writeUTF(track.selectedRid().orElse(""));
            out.writeLong(track.selectedArea());
            out.writeLong(track.lastArrivalMicros());
            out.writeInt(track.layers().size());
            for (var layer : track.layers().entrySet()) {
                out.writeUTF(layer.getKey());
                layer.getValue().write(out);
            }
        }
    }

    void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            TrackFormat format = StateCodec.readFormat(in);
            formats.put(format.trackIndex(), format);
        }
        lastGap = StateCodec.readGap(in);
        for (int left = in.readInt(); left > 0; left--) {
            ignored.put(in.readInt(), in.readLong());
        }
        for (int left = in.readInt(); left > 0; left--) {
            TrackInfo info = StateCodec.readTrackInfo(in);
            Track track = new Track(info, Codec.valueOf(in.readUTF()), config);
            tracks.put(info.trackIndex(), track);
            boolean isSelected = in.readBoolean();
            String rid = in.readUTF();
            track.restore(isSelected ? Optional.of(rid) : Optional.empty(), in.readLong(), in.readLong());
            for (int layers = in.readInt(); layers > 0; layers--) {
                String name = in.readUTF();
                Optional<TrackFormat> format = isSelected && name.equals(rid)
                        ? Optional.ofNullable(formats.get(info.trackIndex()))
                        : Optional.empty();
                track.layer(name).read(in, format);
            }
        }
    }
}
