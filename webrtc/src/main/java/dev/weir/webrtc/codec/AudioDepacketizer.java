package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Audio: every payload is a frame. */
final class AudioDepacketizer implements Depacketizer {
    private final FrameBuffer buffer = new FrameBuffer();
    private long nextSequence = -1;
    private boolean lost;

    @Override
    public void push(
            ByteBuffer payload, boolean marker, long extendedSequence, long extendedTimestamp, FrameSink sink) {
        if (nextSequence >= 0 && extendedSequence < nextSequence) {
            return;
        }
        lost |= nextSequence >= 0 && extendedSequence > nextSequence;
        nextSequence = extendedSequence + 1;
        if (!payload.hasRemaining()) {
            return;
        }
        buffer.clear();
        buffer.put(payload, payload.position(), payload.remaining());
        sink.onFrame(new EncodedFrame(
                buffer.copy(), true, false, lost, extendedTimestamp, extendedSequence, extendedSequence));
        lost = false;
    }

    @Override
    public void flush(FrameSink sink) {}
}
