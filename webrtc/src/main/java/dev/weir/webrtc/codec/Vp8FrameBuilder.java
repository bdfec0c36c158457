package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Strips the payload descriptors of RFC 7741. */
final class Vp8FrameBuilder implements FrameBuilder {
    private boolean picture;
    private boolean keyframe;

    @Override
    public void begin() {
        picture = false;
        keyframe = false;
    }

    @Override
    public boolean append(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        int descriptor = Vp8Format.descriptorLength(payload);
        if (descriptor < 0) {
            return false;
        }
        boolean starts = Vp8Format.INSTANCE.startsFrame(payload);
        if (starts == picture) {
            return false; // A second beginning, or no beginning.
        }
        keyframe |= Vp8Format.INSTANCE.isKeyframeStart(payload);
        picture = true;
        frame.put(payload, payload.position() + descriptor, payload.remaining() - descriptor);
        return true;
    }

    @Override
    public boolean finish(FrameBuffer frame) {
        return picture;
    }

    @Override
    public boolean hasPicture() {
        return picture;
    }

    @Override
    public boolean isKeyframe() {
        return keyframe;
    }
}
