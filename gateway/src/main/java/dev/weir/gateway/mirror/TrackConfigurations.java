package dev.weir.gateway.mirror;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.ParameterSets;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Describes the tracks of an epoch for the log, with the parameter sets that came in band. Mirror thread. */
final class TrackConfigurations {
    private List<RelayTrack> tracks = List.of();
    private final Map<Integer, InBand> inBand = new HashMap<>();

    /** The parameter sets of a track. */
    private static final class InBand {
        private final ParameterSets sets;
        private long keyframeTimestamp = Long.MIN_VALUE;

        InBand(Codec codec) {
            sets = ParameterSets.of(codec);
        }

        List<ByteBuffer> all() {
            List<ByteBuffer> all = new ArrayList<>(sets.vps());
            all.addAll(sets.sps());
            all.addAll(sets.pps());
            return all;
        }
    }

    void tracks(List<RelayTrack> announced) {
        tracks = announced;
        for (RelayTrack track : announced) {
            inBand.remove(track.index());
            Codec.ofEncodingName(track.format().encodingName())
                    .filter(codec -> codec == Codec.H264 || codec == Codec.H265)
                    .ifPresent(codec -> inBand.put(track.index(), new InBand(codec)));
        }
    }

    /** Reads the parameter sets in front of a keyframe; returns whether they brought something new. */
    boolean observe(RelayPacket packet) {
        InBand known = packet.mediaKind() == MediaKind.VIDEO ? inBand.get(packet.trackIndex()) : null;
        if (known == null) {
            return false;
        }
        if (packet.keyframeStart()) {
            known.keyframeTimestamp = packet.extendedTimestamp();
        }
        return packet.extendedTimestamp() == known.keyframeTimestamp && known.sets.observePayload(packet.payload());
    }

    TrackConfiguration current() {
        List<TrackInfo> infos = new ArrayList<>(tracks.size());
        for (RelayTrack track : tracks) {
            InBand known = inBand.get(track.index());
            infos.add(new TrackInfo(
                    track.index(),
                    track.trackId(),
                    track.kind().name().toLowerCase(Locale.ROOT),
                    track.format().encodingName().toUpperCase(Locale.ROOT),
                    track.format().clockRateHz(),
                    track.kind() == MediaKind.VIDEO ? 0 : track.format().channels(),
                    track.format().fmtp(),
                    track.rids(),
                    track.payloadType(),
                    track.extensionIds(),
                    known == null ? List.of() : known.all()));
        }
        return new TrackConfiguration(infos);
    }
}
