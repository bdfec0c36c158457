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
    /** Reads an SPS NAL unit (with its one-byte NAL header, without start code); empty when malformed. */
    public static Optional<H264Sps> parse(ByteBuffer nalUnit) {
        throw new UnsupportedOperationException("soon");
    }
}
