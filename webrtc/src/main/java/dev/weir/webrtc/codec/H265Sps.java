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
    private static final int MAX_SIZE = 65_535;

    /** Reads an SPS NAL unit (with its two-byte NAL header, without start code); empty when malformed. */
    public static Optional<H265Sps> parse(ByteBuffer nalUnit) {
        if (nalUnit.remaining() < H265Format.NAL_HEADER_LENGTH
                || H265Format.type(nalUnit, nalUnit.position()) != H265Format.SPS) {
            return Optional.empty();
        }
        BitReader in = BitReader.ofNalUnit(nalUnit, H265Format.NAL_HEADER_LENGTH);
        H265Sps sps = read(in);
        boolean plausible = sps.widthPx > 0 && sps.heightPx > 0 && sps.bitDepthLuma <= 16 && sps.bitDepthChroma <= 16;
        return in.overrun() || !plausible ? Optional.empty() : Optional.of(sps);
    }

    private static H265Sps read(BitReader in) {
        in.skip(4); // sps_video_parameter_set_id
        int subLayers = in.smallBits(3) + 1;
        boolean nested = in.flag();
        int space = in.smallBits(2);
        boolean tier = in.flag();
        int profile = in.smallBits(5);
        long compatibility = in.bits(32);
        long constraints = in.bits(32) << 16 | in.bits(16);
        int level = in.smallBits(8);
        skipSubLayerLevels(in, subLayers - 1);
        in.unsignedExpGolomb(); // sps_seq_parameter_set_id
        int chromaFormat = (int) in.unsignedExpGolomb();
        boolean separatePlanes = chromaFormat == 3 && in.flag();
        long width = in.unsignedExpGolomb();
        long height = in.unsignedExpGolomb();
        if (in.flag()) {
            int unitX = !separatePlanes && (chromaFormat == 1 || chromaFormat == 2) ? 2 : 1;
            int unitY = !separatePlanes && chromaFormat == 1 ? 2 : 1;
            width -= unitX * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
            height -= unitY * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
        }
        int depthLuma = 8 + (int) in.unsignedExpGolomb();
        int depthChroma = 8 + (int) in.unsignedExpGolomb();
        return new H265Sps(
                space,
                tier,
                profile,
                compatibility,
                constraints,
                level,
                subLayers,
                nested,
                chromaFormat,
                depthLuma,
                depthChroma,
                size(width),
                size(height));
    }

    /** Passes over profile_tier_level(1, subLayersMinus1) (section 7.3.3). */
    static void skipProfileTierLevel(BitReader in, int subLayersMinus1) {
        in.skip(88 + 8);
        skipSubLayerLevels(in, subLayersMinus1);
    }

    private static void skipSubLayerLevels(BitReader in, int count) {
        boolean[] hasProfile = new boolean[count];
        boolean[] hasLevel = new boolean[count];
        for (int i = 0; i < count; i++) {
            hasProfile[i] = in.flag();
            hasLevel[i] = in.flag();
        }
        if (count > 0) {
            in.skip(2 * (8 - count));
        }
        for (int i = 0; i < count; i++) {
            in.skip((hasProfile[i] ? 88 : 0) + (hasLevel[i] ? 8 : 0));
        }
    }

    private static int size(long pixels) {
        return pixels > 0 && pixels <= MAX_SIZE ? (int) pixels : 0;
    }
}
