package dev.weir.connector.assemble;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;

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
}
