package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what a sequence parameter set says about the picture (ITU-T H.265 section 7.3.2.2), enough for an hvcC.
 *
 * @param profileSpace general_profile_space
 * @param highTier general_tier_flag
 * @param profileIdc general_profile_idc
 * @param compatibilityFlags general_profile_compatibility_flags, 32 bits
 * @param constraintFlags the 48 bits behind them
 * @param levelIdc general_level_idc
 * @param maxSubLayers sps_max_sub_layers_minus1 + 1
 * @param temporalIdNested sps_temporal_id_nesting_flag
 * @param chromaFormatIdc 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param bitDepthLuma bits
 * @param bitDepthChroma bits
 * @param widthPx width after the conformance window
 * @param heightPx height after the conformance window
 */
public record H265Sps(
        int profileSpace,
        boolean highTier,
        int profileIdc,
        long compatibilityFlags,
        long constraintFlags,
        int levelIdc,
        int maxSubLayers,
        boolean temporalIdNested,
        int chromaFormatIdc,
        int bitDepthLuma,
        int bitDepthChroma,
        int widthPx,
        int heightPx) {
    /** Reads an SPS NAL unit (with its two-byte NAL header, without start code); empty when malformed. */
    public static Optional<H265Sps> parse(ByteBuffer nalUnit) {
        throw new UnsupportedOperationException("soon");
    }
}
