package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells the size of the pictures that begin with a packet.
 *
 * @param widthPx width after cropping
 * @param heightPx height after cropping
 */
public record PictureSize(int widthPx, int heightPx) {
    /**
     * Reads it from the RTP payload of one packet, as a rule the first of a key frame: SPS of H264 and H265, frame header
     * of VP8 and VP9 (of the largest spatial layer, when the packet tells), sequence header of AV1. Empty when the packet
     * does not tell. Allocates; the payload does not move.
     */
    public static Optional<PictureSize> of(Codec codec, ByteBuffer payload) {
        return switch (codec) {
            case H264, H265 -> ofParameterSets(codec, payload);
            case VP8 ->
                behind(payload, Vp8Format.INSTANCE.startsFrame(payload) ? Vp8Format.descriptorLength(payload) : -1)
                        .flatMap(Vp8Header::parse)
                        .filter(Vp8Header::keyframe)
                        .map(head -> new PictureSize(head.widthPx(), head.heightPx()));
            case VP9 ->
                Vp9Format.largestLayer(payload)
                        .or(() -> behind(payload, Vp9Format.descriptorLength(payload))
                                .flatMap(Vp9Header::parse)
                                .map(head -> new PictureSize(head.widthPx(), head.heightPx())));
            case AV1 -> Av1Format.sequenceHeader(payload).map(head -> new PictureSize(head.widthPx(), head.heightPx()));
            case OPUS, PCMU, PCMA -> Optional.empty();
        };
    }

    /** Reads it from the parameter sets of an {@code a=fmtp} value; empty when there are none. */
    public static Optional<PictureSize> ofFmtp(Codec codec, String fmtp) {
        if (codec != Codec.H264 && codec != Codec.H265) {
            return Optional.empty();
        }
        ParameterSets sets = ParameterSets.of(codec);
        sets.observeFmtp(fmtp);
        return sets.sps().stream().findFirst().flatMap(sps -> ofSps(codec, sps));
    }

    private static Optional<PictureSize> ofParameterSets(Codec codec, ByteBuffer payload) {
        PictureSize[] found = new PictureSize[1];
        NalUnits.forEach(codec, payload, unit -> ofSps(codec, unit).ifPresent(size -> found[0] = size));
        return Optional.ofNullable(found[0]);
    }

    private static Optional<PictureSize> ofSps(Codec codec, ByteBuffer unit) {
        return codec == Codec.H264
                ? H264Sps.parse(unit).map(sps -> new PictureSize(sps.widthPx(), sps.heightPx()))
                : H265Sps.parse(unit).map(sps -> new PictureSize(sps.widthPx(), sps.heightPx()));
    }

    private static Optional<ByteBuffer> behind(ByteBuffer payload, int descriptorLength) {
        return descriptorLength < 0
                ? Optional.empty()
                : Optional.of(
                        payload.slice(payload.position() + descriptorLength, payload.remaining() - descriptorLength));
    }
}
