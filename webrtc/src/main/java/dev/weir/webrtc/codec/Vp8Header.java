package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells what the start of a VP8 frame says (RFC 6386 section 9.1).
 *
 * @param keyframe whether it is a key frame
 * @param version 0 to 3
 * @param shown the show_frame flag
 * @param widthPx width, 0 unless a key frame
 * @param heightPx height, 0 unless a key frame
 */
public record Vp8Header(boolean keyframe, int version, boolean shown, int widthPx, int heightPx) {
    private static final int TAG_LENGTH = 3;
    private static final int KEYFRAME_HEADER_LENGTH = 10;

    /** Reads the header of a frame; empty when malformed. */
    public static Optional<Vp8Header> parse(ByteBuffer frame) {
        int at = frame.position();
        if (frame.remaining() < TAG_LENGTH) {
            return Optional.empty();
        }
        int tag = frame.get(at);
        boolean keyframe = (tag & 1) == 0;
        int version = tag >>> 1 & 7;
        boolean shown = (tag & 0x10) != 0;
        if (!keyframe) {
            return Optional.of(new Vp8Header(false, version, shown, 0, 0));
        }
        boolean startCode = frame.remaining() >= KEYFRAME_HEADER_LENGTH
                && (frame.get(at + 3) & 0xFF) == 0x9D
                && frame.get(at + 4) == 0x01
                && frame.get(at + 5) == 0x2A;
        if (!startCode) {
            return Optional.empty();
        }
        // Sizes are little-endian; their top two bits are an upscaling hint.
        int width = Short.reverseBytes(frame.getShort(at + 6)) & 0x3FFF;
        int height = Short.reverseBytes(frame.getShort(at + 8)) & 0x3FFF;
        return Optional.of(new Vp8Header(true, version, shown, width, height));
    }
}
