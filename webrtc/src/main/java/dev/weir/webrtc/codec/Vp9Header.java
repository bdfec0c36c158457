package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what the uncompressed header of a VP9 key frame says (VP9 bitstream specification section 6.2), enough for a vpcC.
 *
 * @param profile 0 to 3
 * @param bitDepth 8, 10 or 12
 * @param colorSpace color_space, 0 to 7
 * @param fullRange color_range
 * @param subsamplingX subsampling_x
 * @param subsamplingY subsampling_y
 * @param widthPx frame width
 * @param heightPx frame height
 */
public record Vp9Header(
        int profile,
        int bitDepth,
        int colorSpace,
        boolean fullRange,
        boolean subsamplingX,
        boolean subsamplingY,
        int widthPx,
        int heightPx) {
    private static final int SYNC_CODE = 0x49_8342;
    private static final int RGB = 7;

    /** Reads the header of a key frame; empty for other frames and when malformed. */
    public static Optional<Vp9Header> parse(ByteBuffer frame) {
        BitReader in = BitReader.of(frame, frame.position());
        int frameMarker = in.smallBits(2);
        int profile = in.smallBits(1) | in.smallBits(1) << 1;
        if (profile == 3) {
            in.skip(1);
        }
        boolean showExisting = in.flag();
        boolean keyframe = !in.flag();
        in.skip(2); // show_frame, error_resilient_mode
        if (frameMarker != 2 || showExisting || !keyframe || in.bits(24) != SYNC_CODE) {
            return Optional.empty();
        }
        int bitDepth = profile < 2 ? 8 : in.flag() ? 12 : 10;
        int colorSpace = in.smallBits(3);
        boolean fullRange = true;
        boolean subsamplingX = false;
        boolean subsamplingY = false;
        boolean odd = (profile & 1) != 0;
        if (colorSpace != RGB) {
            fullRange = in.flag();
            subsamplingX = odd ? in.flag() : true;
            subsamplingY = odd ? in.flag() : true;
        }
        if (odd) {
            in.skip(1);
        }
        int width = in.smallBits(16) + 1;
        int height = in.smallBits(16) + 1;
        return in.overrun()
                ? Optional.empty()
                : Optional.of(new Vp9Header(
                        profile, bitDepth, colorSpace, fullRange, subsamplingX, subsamplingY, width, height));
    }
}
