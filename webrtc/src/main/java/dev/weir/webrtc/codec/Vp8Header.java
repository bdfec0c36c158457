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
    /** Reads the header of a frame; empty when malformed. */
    public static Optional<Vp8Header> parse(ByteBuffer frame) {
        throw new UnsupportedOperationException("soon");
    }
}
