package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Finds the ends of frames and the holes in them; what the payloads mean is the {@link FrameBuilder}'s business.
 *
 * <p>Parameter sets that a sender puts under a marker or a timestamp of their own are kept and open the next frame.
 */
final class VideoDepacketizer implements Depacketizer {
    private final PayloadFormat format;
    private final FrameBuilder builder;
    private final FrameBuffer frame = new FrameBuffer();

    private boolean open;
    private boolean damaged;
    private boolean afterLoss;
    private long timestamp;
    private long firstSequence;
    private long lastSequence;

    private long nextSequence = -1;
    private boolean hole;
    private boolean lossBeforeNext;

    VideoDepacketizer(PayloadFormat format, FrameBuilder builder) {
        this.format = format;
        this.builder = builder;
    }

    @Override
    public void push(
            ByteBuffer payload, boolean marker, long extendedSequence, long extendedTimestamp, FrameSink sink) {
        boolean first = nextSequence < 0;
        if (!first && extendedSequence < nextSequence) {
            return;
        }
        hole |= !first && extendedSequence > nextSequence;
        nextSequence = extendedSequence + 1;
        if (!payload.hasRemaining()) {
            return;
        }
        if (open && extendedTimestamp != timestamp) {
            if (builder.hasPicture() || hole) {
                damaged |= hole;
                end(sink);
            } else {
                timestamp = extendedTimestamp;
            }
        }
        if (!open) {
            begin(extendedSequence, extendedTimestamp, (first || hole) && !format.startsFrame(payload));
        } else {
            damaged |= hole;
        }
        damaged |= !builder.append(payload, hole, frame);
        hole = false;
        lastSequence = extendedSequence;
        if (marker && (builder.hasPicture() || damaged)) {
            end(sink);
        }
    }

    @Override
    public void flush(FrameSink sink) {
        if (open) {
            damaged = true;
            end(sink);
        }
    }

    private void begin(long extendedSequence, long extendedTimestamp, boolean startMissing) {
        open = true;
        damaged = startMissing;
        afterLoss = hole || lossBeforeNext;
        lossBeforeNext = false;
        timestamp = extendedTimestamp;
        firstSequence = extendedSequence;
        frame.clear();
        builder.begin();
    }

    private void end(FrameSink sink) {
        open = false;
        damaged |= !builder.finish(frame) || frame.overflowed();
        if (frame.length() == 0) {
            lossBeforeNext = true;
            return;
        }
        sink.onFrame(new EncodedFrame(
                frame.copy(), builder.isKeyframe(), damaged, afterLoss, timestamp, firstSequence, lastSequence));
    }
}
