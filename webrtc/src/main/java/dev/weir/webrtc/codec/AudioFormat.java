package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Audio: every packet is a frame that a decoder can start with. */
enum AudioFormat implements PayloadFormat {
    INSTANCE;

    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        return payload.hasRemaining();
    }

    @Override
    public boolean startsFrame(ByteBuffer payload) {
        return payload.hasRemaining();
    }

    @Override
    public boolean endsFrame(ByteBuffer payload, boolean marker) {
        return payload.hasRemaining();
    }
}
