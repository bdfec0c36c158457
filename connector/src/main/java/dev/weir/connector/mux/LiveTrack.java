package dev.weir.connector.mux;

import dev.weir.connector.assemble.TrackFormat;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;

/**
 * A track of a Matroska stream.
 *
 * @param video whether it is video
 * @param codecId Matroska's name of the codec
 * @param codecPrivate what a decoder needs first; read-only, empty when nothing
 * @param opus whether decoders have to leave Opus' pre-skip out
 * @param rateHz sampling rate, of audio
 * @param channels channels, of audio
 * @param widthPx width, of video
 * @param heightPx height, of video
 */
public record LiveTrack(
        boolean video,
        String codecId,
        ByteBuffer codecPrivate,
        boolean opus,
        int rateHz,
        int channels,
        int widthPx,
        int heightPx) {
    /** Makes the configuration read-only. */
    public LiveTrack {
        codecPrivate = codecPrivate.isReadOnly() ? codecPrivate : codecPrivate.asReadOnlyBuffer();
    }

    /** Describes a track of the log. */
    public static LiveTrack of(TrackFormat format) {
        return new LiveTrack(
                format.kind() == MediaKind.VIDEO,
                MatroskaCodec.id(format.codec()),
                MatroskaCodec.codecPrivate(format),
                format.codec() == Codec.OPUS,
                format.clockRateHz(),
                format.channels(),
                format.widthPx(),
                format.heightPx());
    }

    /** Describes AAC; {@code audioSpecificConfig} is that of ISO/IEC 14496-3. */
    public static LiveTrack aac(ByteBuffer audioSpecificConfig, int rateHz, int channels) {
        return new LiveTrack(false, "A_AAC", audioSpecificConfig, false, rateHz, channels, 0, 0);
    }
}
