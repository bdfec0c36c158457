package dev.weir.connector.assemble;

import dev.weir.schemas.TrackInfo;
import dev.weir.webrtc.codec.Av1SequenceHeader;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.H264Sps;
import dev.weir.webrtc.codec.H265Sps;
import dev.weir.webrtc.codec.ParameterSets;
import dev.weir.webrtc.codec.Vp8Header;
import dev.weir.webrtc.codec.Vp9Header;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads a track's format: for audio from the SDP, for video from a keyframe and, where it carries no parameter sets, from
 * the SDP. Depends on nothing read before, so that it gives the same wherever in the log a reader starts.
 */
final class FormatReader {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final TrackInfo track;
    private final Codec codec;

    FormatReader(TrackInfo track, Codec codec) {
        this.track = track;
        this.codec = codec;
    }

    /** Returns the format of an audio track. */
    TrackFormat audio() {
        int channels = Math.max(1, track.channels());
        return format(0, 0, codec == Codec.OPUS ? CodecConfiguration.dops(channels) : NONE);
    }

    /** Returns the format of a video keyframe; empty when it cannot be told. */
    Optional<TrackFormat> video(ByteBuffer keyframe) {
        return switch (codec) {
            case H264 -> h264(keyframe);
            case H265 -> h265(keyframe);
            case VP8 -> Vp8Header.parse(keyframe).map(head -> format(head.widthPx(), head.heightPx(), NONE));
            case VP9 ->
                Vp9Header.parse(keyframe)
                        .map(head -> format(head.widthPx(), head.heightPx(), CodecConfiguration.vpcc(head)));
            case AV1 ->
                Av1SequenceHeader.parse(keyframe)
                        .map(head -> format(head.widthPx(), head.heightPx(), CodecConfiguration.av1c(head)));
            case OPUS, PCMU, PCMA -> Optional.of(audio());
        };
    }

    private ParameterSets sets(ByteBuffer keyframe) {
        ParameterSets inBand = ParameterSets.of(codec);
        inBand.observe(keyframe);
        if (inBand.isComplete()) {
            return inBand;
        }
        ParameterSets all = ParameterSets.of(codec);
        all.observeFmtp(track.fmtp());
        all.observe(keyframe);
        return all;
    }

    private Optional<TrackFormat> h264(ByteBuffer keyframe) {
        ParameterSets sets = sets(keyframe);
        if (!sets.isComplete()) {
            return Optional.empty();
        }
        return H264Sps.parse(sets.sps().get(0))
                .map(head -> format(head.widthPx(), head.heightPx(), CodecConfiguration.avcc(head, sets)));
    }

    private Optional<TrackFormat> h265(ByteBuffer keyframe) {
        ParameterSets sets = sets(keyframe);
        if (!sets.isComplete()) {
            return Optional.empty();
        }
        return H265Sps.parse(sets.sps().get(0))
                .map(head -> format(head.widthPx(), head.heightPx(), CodecConfiguration.hvcc(head, sets)));
    }

    private TrackFormat format(int widthPx, int heightPx, ByteBuffer configuration) {
        int channels = codec.kind() == MediaKind.AUDIO ? Math.max(1, track.channels()) : 0;
        return new TrackFormat(
                track.trackIndex(),
                track.trackId(),
                codec.kind(),
                codec,
                track.clockRateHz(),
                channels,
                widthPx,
                heightPx,
                configuration);
    }
}
