package dev.weir.connector.assemble;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Describes one track well enough to write a container header for it. Immutable.
 *
 * @param trackIndex index of the track in the log's track configuration
 * @param trackId stable name within the stream, "video" or "audio"
 * @param kind audio or video
 * @param codec the codec
 * @param clockRateHz ticks per second of the frames' times
 * @param channels audio channels, 0 for video
 * @param widthPx width after cropping, 0 for audio
 * @param heightPx height after cropping, 0 for audio
 * @param codecConfiguration content of the box {@code avcC}, {@code hvcC}, {@code vpcC} (with its version and flags),
 *     {@code av1C} or {@code dOps}; empty for VP8, PCMU and PCMA; read-only
 */
public record TrackFormat(
        int trackIndex,
        String trackId,
        MediaKind kind,
        Codec codec,
        int clockRateHz,
        int channels,
        int widthPx,
        int heightPx,
        ByteBuffer codecConfiguration) {

    /** Checks the clock rate and makes the configuration read-only. */
    public TrackFormat {
        if (clockRateHz <= 0) {
            throw new IllegalArgumentException("clockRateHz must be positive: " + clockRateHz);
        }
        codecConfiguration =
                codecConfiguration.isReadOnly() ? codecConfiguration : codecConfiguration.asReadOnlyBuffer();
    }

    /**
     * Tells whether a decoder that is set up for this format can go on with {@code next} as long as parameter sets come in
     * band: same codec, picture size, profile, chroma format and bit depth. Levels and the bytes of parameter sets may
     * differ.
     */
    public boolean isCompatibleWith(TrackFormat next) {
        return codec == next.codec
                && clockRateHz == next.clockRateHz
                && channels == next.channels
                && widthPx == next.widthPx
                && heightPx == next.heightPx
                && essence().equals(next.essence());
    }

    private List<Integer> essence() {
        int length = codecConfiguration.remaining();
        return switch (codec) {
            case H264 ->
                length < 8
                        ? List.of()
                        : List.of(
                                at(1),
                                isHighProfile() ? at(length - 4) << 16 | at(length - 3) << 8 | at(length - 2) : 0);
            case H265 -> length < 23 ? List.of() : List.of(at(1), at(16), at(17), at(18));
            case VP9 -> length < 12 ? List.of() : List.of(at(4), at(6));
            case AV1 -> length < 4 ? List.of() : List.of(at(1) >> 5, at(2) & 0x7F);
            case VP8, OPUS, PCMU, PCMA -> List.of();
        };
    }

    private boolean isHighProfile() {
        int profile = at(1);
        return profile == 100 || profile == 110 || profile == 122 || profile == 144 || profile == 244;
    }

    private int at(int index) {
        return codecConfiguration.get(codecConfiguration.position() + index) & 0xFF;
    }
}
