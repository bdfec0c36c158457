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
    /** Reads the header of a key frame; empty for other frames and when malformed. */
    public static Optional<Vp9Header> parse(ByteBuffer frame) {
        throw new UnsupportedOperationException("soon");
    }
}
