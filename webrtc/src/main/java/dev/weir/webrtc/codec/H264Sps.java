package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what a sequence parameter set says about the picture (ITU-T H.264 section 7.3.2.1.1).
 *
 * @param profileIdc profile_idc
 * @param constraintFlags the byte of constraint_set flags behind it
 * @param levelIdc level_idc
 * @param chromaFormatIdc 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param bitDepthLuma bits, 8 to 14
 * @param bitDepthChroma bits, 8 to 14
 * @param widthPx width after cropping
 * @param heightPx height after cropping
 */
public record H264Sps(
        int profileIdc,
        int constraintFlags,
        int levelIdc,
        int chromaFormatIdc,
        int bitDepthLuma,
        int bitDepthChroma,
        int widthPx,
        int heightPx) {
    private static final int MAX_SIZE = 65_535;

    /** Reads an SPS NAL unit (with its one-byte NAL header, without start code); empty when malformed. */
    public static Optional<H264Sps> parse(ByteBuffer nalUnit) {
        if (nalUnit.remaining() < 4 || H264Format.type(nalUnit, nalUnit.position()) != H264Format.SPS) {
            return Optional.empty();
        }
        BitReader in = BitReader.ofNalUnit(nalUnit, 1);
        H264Sps sps = read(in);
        boolean plausible = sps.widthPx > 0 && sps.heightPx > 0 && sps.bitDepthLuma <= 14 && sps.bitDepthChroma <= 14;
        return in.overrun() || !plausible ? Optional.empty() : Optional.of(sps);
    }

    private static H264Sps read(BitReader in) {
        int profile = in.smallBits(8);
        int constraints = in.smallBits(8);
        int level = in.smallBits(8);
        in.unsignedExpGolomb(); // seq_parameter_set_id
        int chromaFormat = 1;
        boolean separatePlanes = false;
        int depthLuma = 8;
        int depthChroma = 8;
        if (hasChromaFields(profile)) {
            chromaFormat = (int) in.unsignedExpGolomb();
            separatePlanes = chromaFormat == 3 && in.flag();
            depthLuma += (int) in.unsignedExpGolomb();
            depthChroma += (int) in.unsignedExpGolomb();
            in.skip(1); // qpprime_y_zero_transform_bypass_flag
            if (in.flag()) {
                skipScalingMatrix(in, chromaFormat);
            }
        }
        in.unsignedExpGolomb(); // log2_max_frame_num_minus4
        skipPictureOrderCount(in);
        in.unsignedExpGolomb(); // max_num_ref_frames
        in.skip(1); // gaps_in_frame_num_value_allowed_flag
        long widthInBlocks = in.unsignedExpGolomb() + 1;
        long heightInBlocks = in.unsignedExpGolomb() + 1;
        boolean framesOnly = in.flag();
        if (!framesOnly) {
            in.skip(1); // mb_adaptive_frame_field_flag
        }
        in.skip(1); // direct_8x8_inference_flag
        int fieldFactor = framesOnly ? 1 : 2;
        long width = 16 * widthInBlocks;
        long height = 16 * heightInBlocks * fieldFactor;
        if (in.flag()) {
            boolean planar = chromaFormat == 0 || separatePlanes;
            int unitX = planar || chromaFormat == 3 ? 1 : 2;
            int unitY = (planar || chromaFormat != 1 ? 1 : 2) * fieldFactor;
            width -= unitX * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
            height -= unitY * (in.unsignedExpGolomb() + in.unsignedExpGolomb());
        }
        return new H264Sps(
                profile, constraints, level, chromaFormat, depthLuma, depthChroma, size(width), size(height));
    }

    private static int size(long pixels) {
        return pixels > 0 && pixels <= MAX_SIZE ? (int) pixels : 0;
    }

    private static boolean hasChromaFields(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private static void skipPictureOrderCount(BitReader in) {
        long type = in.unsignedExpGolomb();
        if (type == 0) {
            in.unsignedExpGolomb();
        } else if (type == 1) {
            in.skip(1);
            in.signedExpGolomb();
            in.signedExpGolomb();
            long cycle = in.unsignedExpGolomb();
            for (long i = 0; i < cycle && !in.overrun(); i++) {
                in.signedExpGolomb();
            }
        }
    }

    private static void skipScalingMatrix(BitReader in, int chromaFormat) {
        int lists = chromaFormat == 3 ? 12 : 8;
        for (int list = 0; list < lists && !in.overrun(); list++) {
            if (in.flag()) {
                skipScalingList(in, list < 6 ? 16 : 64);
            }
        }
    }

    private static void skipScalingList(BitReader in, int size) {
        int last = 8;
        int next = 8;
        for (int i = 0; i < size && !in.overrun(); i++) {
            if (next != 0) {
                next = (int) (last + in.signedExpGolomb()) & 0xFF;
            }
            last = next == 0 ? last : next;
        }
    }
}
