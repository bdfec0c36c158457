package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Turns the payloads of one frame into its bytes; one per codec, driven by {@link VideoDepacketizer}. */
interface FrameBuilder {
    /** Forgets the last frame. */
    void begin();

    /**
     * Appends a payload; {@code afterHole} when packets right before it are missing.
     *
     * @return false when it is malformed or its beginning is missing, so that the frame is damaged
     */
    boolean append(ByteBuffer payload, boolean afterHole, FrameBuffer frame);

    /** Completes the frame; false when its end is missing. */
    boolean finish(FrameBuffer frame);

    /** Tells whether what was appended holds a picture, not only parameter sets. */
    boolean hasPicture();

    /** Tells whether the frame is a key frame. */
    boolean isKeyframe();
}
