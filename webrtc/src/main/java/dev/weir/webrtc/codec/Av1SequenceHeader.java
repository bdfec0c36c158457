package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what an AV1 sequence header says (AV1 specification section 5.5), enough for an av1C.
 *
 * @param profile seq_profile
 * @param level seq_level_idx of operating point 0
 * @param highTier seq_tier of operating point 0
 * @param highBitDepth high_bitdepth
 * @param twelveBit twelve_bit
 * @param monochrome mono_chrome
 * @param subsamplingX subsampling_x
 * @param subsamplingY subsampling_y
 * @param chromaSamplePosition chroma_sample_position
 * @param widthPx max_frame_width_minus_1 + 1
 * @param heightPx max_frame_height_minus_1 + 1
 * @param obu the whole sequence header OBU with header and size field, as an av1C's configOBUs wants it; read-only
 */
public record Av1SequenceHeader(
        int profile,
        int level,
        boolean highTier,
        boolean highBitDepth,
        boolean twelveBit,
        boolean monochrome,
        boolean subsamplingX,
        boolean subsamplingY,
        int chromaSamplePosition,
        int widthPx,
        int heightPx,
        ByteBuffer obu) {
    /** Finds and reads the first sequence header in a temporal unit of OBUs with size fields; empty when there is none or it is malformed. */
    public static Optional<Av1SequenceHeader> parse(ByteBuffer temporalUnit) {
        throw new UnsupportedOperationException("soon");
    }
}
