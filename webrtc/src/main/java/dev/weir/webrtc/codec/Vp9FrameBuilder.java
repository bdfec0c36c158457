package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Strips the payload descriptors of RFC 9628. A picture of several spatial layers becomes a superframe with its index (VP9
 * bitstream specification annex B), which is how containers store it.
 */
final class Vp9FrameBuilder implements FrameBuilder {
    private static final int MAX_LAYER_FRAMES = 8;

    private final int[] layerLengths = new int[MAX_LAYER_FRAMES];
    private int layers;
    private int layerStart;
    private boolean inLayer;
    private boolean picture;
    private boolean keyframe;

    @Override
    public void begin() {
        layers = 0;
        layerStart = 0;
        inLayer = false;
        picture = false;
        keyframe = false;
    }

    @Override
    public boolean append(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        int descriptor = Vp9Format.descriptorLength(payload);
        if (descriptor < 0) {
            return false;
        }
        int flags = payload.get(payload.position());
        boolean starts = (flags & Vp9Format.FRAME_START) != 0;
        boolean intact = starts != inLayer;
        if (!starts && !inLayer) {
            return false;
        }
        keyframe |= !picture && Vp9Format.INSTANCE.isKeyframeStart(payload);
        picture = true;
        inLayer = true;
        frame.put(payload, payload.position() + descriptor, payload.remaining() - descriptor);
        if ((flags & Vp9Format.FRAME_END) != 0) {
            inLayer = false;
            intact &= endLayer(frame);
        }
        return intact;
    }

    @Override
    public boolean finish(FrameBuffer frame) {
        boolean whole = picture && !inLayer;
        if (whole && layers > 1) {
            writeSuperframeIndex(frame);
        }
        return whole;
    }

    @Override
    public boolean hasPicture() {
        return picture;
    }

    @Override
    public boolean isKeyframe() {
        return keyframe;
    }

    private boolean endLayer(FrameBuffer frame) {
        if (layers == MAX_LAYER_FRAMES) {
            return false;
        }
        layerLengths[layers++] = frame.length() - layerStart;
        layerStart = frame.length();
        return true;
    }

    private void writeSuperframeIndex(FrameBuffer frame) {
        int marker = 0b110 << 5 | 3 << 3 | (layers - 1);
        frame.putByte(marker);
        for (int i = 0; i < layers; i++) {
            for (int shift = 0; shift < 32; shift += 8) {
                frame.putByte(layerLengths[i] >>> shift);
            }
        }
        frame.putByte(marker);
    }
}
