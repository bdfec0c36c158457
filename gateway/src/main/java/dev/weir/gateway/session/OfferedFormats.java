package dev.weir.gateway.session;

import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.util.ArrayList;
import java.util.List;

/** The formats that we name ourselves: towards players that take our offer, and for streams that nobody publishes yet. */
final class OfferedFormats {
    private OfferedFormats() {}

    /** Returns what players are offered for {@code track}: its own format first, then what a later publisher may send. */
    static List<CodecFormat> of(RelayTrack track) {
        List<CodecFormat> formats = new ArrayList<>();
        formats.add(track.format());
        for (Codec codec : Codec.values()) {
            if (codec.kind() == track.kind() && !track.format().isNamed(codec.encodingName())) {
                formats.add(of(codec));
            }
        }
        return formats;
    }

    /** Returns the tracks of a stream that nobody has published yet. */
    static List<RelayTrack> tracks(List<Codec> expected) {
        List<RelayTrack> tracks = new ArrayList<>();
        for (Codec codec : expected) {
            tracks.add(new RelayTrack(tracks.size(), codec.encodingName(), codec.kind(), of(codec), List.of()));
        }
        return tracks;
    }

    /** Refuses an answer that keeps only what the stream does not have now. */
    static void requireKept(List<NegotiatedMedia> answered, List<RelayTrack> tracks) throws SessionRefused {
        for (RelayTrack track : tracks) {
            for (NegotiatedMedia media : answered) {
                if (!media.rejected()
                        && media.kind().equalsIgnoreCase(track.kind().name())
                        && media.payloadTypeFor(track.format()).isEmpty()) {
                    throw new SessionRefused(
                            SessionRefused.Kind.NO_COMMON_CODEC,
                            "the answer has no " + track.format().describe() + ", which the stream has now");
                }
            }
        }
    }

    /** Returns the form of a codec that is expected of publishers and that players know. */
    static CodecFormat of(Codec codec) {
        return new CodecFormat(
                codec.encodingName(),
                codec.clockRateHz(),
                codec == Codec.OPUS ? 2 : 1,
                switch (codec) {
                    case H264 -> "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
                    case H265, VP8, VP9, AV1, OPUS, PCMU, PCMA -> "";
                });
    }
}
