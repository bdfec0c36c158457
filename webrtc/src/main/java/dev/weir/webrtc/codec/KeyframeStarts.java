package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Finds the one packet of a video stream where each key frame starts, parameter sets included: the first of a timestamp for
 * which {@link PayloadFormat#isKeyframeStart} is true. One per SSRC; not thread-safe; no allocation.
 */
public final class KeyframeStarts {
    private final PayloadFormat format;
    private long lastTimestamp = Long.MIN_VALUE;

    /** Creates a finder for one stream. */
    public KeyframeStarts(PayloadFormat format) {
        this.format = format;
    }

    /** Tells whether a key frame starts at this packet; {@code timestamp} may be raw or extended. */
    public boolean isStart(ByteBuffer payload, long timestamp) {
        if (timestamp == lastTimestamp || !format.isKeyframeStart(payload)) {
            return false;
        }
        lastTimestamp = timestamp;
        return true;
    }
}
