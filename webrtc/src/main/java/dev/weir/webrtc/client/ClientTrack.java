package dev.weir.webrtc.client;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.util.List;

/**
 * One track to publish, or to ask for: an m-line of the offer.
 *
 * @param kind audio or video
 * @param formats codecs to offer, best first; a publisher sends the first one that the server takes
 * @param firstPayloadType what the formats are numbered from, 0 = any free numbers
 */
public record ClientTrack(MediaKind kind, List<CodecFormat> formats, int firstPayloadType) {
    public ClientTrack {
        formats = List.copyOf(formats);
        if (formats.isEmpty()) {
            throw new IllegalArgumentException("a track needs a format");
        }
    }

    /** A track with any payload types. */
    public ClientTrack(MediaKind kind, List<CodecFormat> formats) {
        this(kind, formats, 0);
    }

    /** Returns a copy whose formats are numbered from {@code payloadType} on, which no other track must use. */
    public ClientTrack withPayloadTypes(int payloadType) {
        return new ClientTrack(kind, formats, payloadType);
    }

    /** Returns a track of one codec with the parameters that clients commonly use. */
    public static ClientTrack of(Codec codec) {
        return new ClientTrack(codec.kind(), List.of(format(codec)));
    }

    /** Returns a video track in any codec that we can read. */
    public static ClientTrack anyVideo() {
        return new ClientTrack(
                MediaKind.VIDEO,
                List.of(
                        format(Codec.H264),
                        format(Codec.VP8),
                        format(Codec.VP9),
                        format(Codec.AV1),
                        format(Codec.H265)));
    }

    /** Returns an audio track in any codec that we can read. */
    public static ClientTrack anyAudio() {
        return new ClientTrack(MediaKind.AUDIO, List.of(format(Codec.OPUS), format(Codec.PCMU), format(Codec.PCMA)));
    }

    private static CodecFormat format(Codec codec) {
        int channels = codec == Codec.OPUS ? 2 : 1;
        String fmtp = switch (codec) {
            case H264 -> "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
            case VP9 -> "profile-id=0";
            case OPUS -> "minptime=10;useinbandfec=1";
            case H265, VP8, AV1, PCMU, PCMA -> "";
        };
        return new CodecFormat(codec.encodingName(), codec.clockRateHz(), channels, fmtp);
    }
}
