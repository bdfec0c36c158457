package dev.weir.webrtc.codec;

/** Takes whole frames from a {@link Depacketizer}, in order, on the caller's thread. */
@FunctionalInterface
public interface FrameSink {
    /** Takes a frame; its bytes belong to the sink from here on. */
    void onFrame(EncodedFrame frame);
}
