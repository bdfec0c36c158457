package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Collects NAL units behind 4-byte lengths: the part that H264 and H265 share. */
abstract class NalFrameBuilder implements FrameBuilder {
    static final int LENGTH_FIELD = 4;

    /** Where the length of the NAL unit lies that is being put together from fragments, -1 when there is none. */
    private int fragmentStart = -1;

    private boolean picture;
    private boolean keyframe;
    private boolean parameterSets;
    private boolean startsAfterHole;
    private boolean anything;

    /** Key frames of this sender bring their parameter sets along; one without them after a hole has lost them. */
    private boolean parameterSetsInBand;

    @Override
    public void begin() {
        fragmentStart = -1;
        picture = false;
        keyframe = false;
        parameterSets = false;
        startsAfterHole = false;
        anything = false;
    }

    @Override
    public final boolean append(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        startsAfterHole |= afterHole && !anything;
        anything = true;
        return appendUnits(payload, afterHole, frame);
    }

    abstract boolean appendUnits(ByteBuffer payload, boolean afterHole, FrameBuffer frame);

    @Override
    public boolean finish(FrameBuffer frame) {
        parameterSetsInBand |= keyframe && parameterSets;
        boolean setsLost = keyframe && startsAfterHole && !parameterSets && parameterSetsInBand;
        return endFragment(frame) && !setsLost;
    }

    @Override
    public boolean hasPicture() {
        return picture;
    }

    @Override
    public boolean isKeyframe() {
        return keyframe;
    }

    /** Tells whether the NAL unit type is worth keeping. */
    abstract boolean isKept(int type);

    abstract boolean isPicture(int type);

    abstract boolean isKeyPicture(int type);

    abstract boolean isParameterSet(int type);

    final void whole(int type, ByteBuffer payload, int from, int length, FrameBuffer frame) {
        if (isKept(type)) {
            note(type);
            frame.putInt(length);
            frame.put(payload, from, length);
        }
    }

    final void beginFragment(int type, FrameBuffer frame) {
        note(type);
        fragmentStart = frame.length();
        frame.putInt(0);
    }

    final boolean inFragment() {
        return fragmentStart >= 0;
    }

    /** Fills in the length of an open fragment; false when there was one, so that its end never came. */
    final boolean endFragment(FrameBuffer frame) {
        if (fragmentStart < 0) {
            return true;
        }
        frame.setInt(fragmentStart, frame.length() - fragmentStart - LENGTH_FIELD);
        fragmentStart = -1;
        return false;
    }

    /** Appends NAL units that each stand behind a 16-bit size (STAP-A, AP); false when malformed. */
    final boolean aggregated(ByteBuffer payload, int start, int headerLength, FrameBuffer frame) {
        int at = start;
        int end = payload.limit();
        if (at == end) {
            return false;
        }
        while (at < end) {
            int length = end - at < 2 ? 0 : payload.getShort(at) & 0xFFFF;
            at += 2;
            if (length < headerLength || length > end - at) {
                return false;
            }
            whole(typeAt(payload, at), payload, at, length, frame);
            at += length;
        }
        return true;
    }

    abstract int typeAt(ByteBuffer payload, int at);

    private void note(int type) {
        picture |= isPicture(type);
        keyframe |= isKeyPicture(type);
        parameterSets |= isParameterSet(type);
    }
}
