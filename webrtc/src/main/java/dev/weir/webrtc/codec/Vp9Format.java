package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/** RFC 9628; the marker ends a picture, the E bit a layer frame. */
enum Vp9Format implements PayloadFormat {
    INSTANCE;

    static final int INTER_PICTURE_PREDICTED = 0x40;
    static final int LAYER_INDICES = 0x20;
    static final int FLEXIBLE = 0x10;
    static final int FRAME_START = 0x08;
    static final int FRAME_END = 0x04;
    private static final int PICTURE_ID = 0x80;
    private static final int SCALABILITY_STRUCTURE = 0x02;

    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        if (!startsFrame(payload) || (payload.get(payload.position()) & INTER_PICTURE_PREDICTED) != 0) {
            return false;
        }
        int descriptor = descriptorLength(payload);
        // FFmpeg never sets P, so the frame itself has the last word.
        return descriptor > 0 && isKeyframe(payload.get(payload.position() + descriptor));
    }

    /** Reads frame_marker, profile, show_existing_frame and frame_type (VP9 bitstream specification section 6.2). */
    private static boolean isKeyframe(int firstByte) {
        int typeBits = (firstByte & 0x30) == 0x30 ? firstByte >>> 1 : firstByte >>> 2;
        return (firstByte & 0xC0) == 0x80 && (typeBits & 3) == 0;
    }

    /** B is set on the lowest spatial layer. */
    @Override
    public boolean startsFrame(ByteBuffer payload) {
        return payload.hasRemaining()
                && (payload.get(payload.position()) & FRAME_START) != 0
                && spatialLayer(payload) == 0;
    }

    /** Returns the spatial layer, 0 without layer indices, -1 when malformed. */
    static int spatialLayer(ByteBuffer payload) {
        if ((payload.get(payload.position()) & LAYER_INDICES) == 0) {
            return 0;
        }
        int layers = layerByte(payload);
        return layers < 0 ? -1 : layers >>> 1 & 7;
    }

    /** Returns the byte with the layer indices, -1 without or when malformed. */
    static int layerByte(ByteBuffer payload) {
        int at = payload.position();
        if (!payload.hasRemaining() || (payload.get(at) & LAYER_INDICES) == 0) {
            return -1;
        }
        at += 1 + pictureIdLength(payload, at + 1, payload.get(at));
        return at < payload.limit() ? payload.get(at) & 0xFF : -1;
    }

    /** Returns the size of the largest spatial layer, empty when the payload has no scalability structure with sizes. */
    static Optional<PictureSize> largestLayer(ByteBuffer payload) {
        int start = structureOffset(payload);
        if (start < 0 || start >= payload.limit() || (payload.get(start) & 0x10) == 0) {
            return Optional.empty();
        }
        int last = start + 1 + 4 * (payload.get(start) >>> 5 & 7);
        return last + 4 > payload.limit()
                ? Optional.empty()
                : Optional.of(new PictureSize(payload.getShort(last) & 0xFFFF, payload.getShort(last + 2) & 0xFFFF));
    }

    /** Returns where the scalability structure begins, -1 without one or when malformed. */
    private static int structureOffset(ByteBuffer payload) {
        boolean present = payload.hasRemaining() && (payload.get(payload.position()) & SCALABILITY_STRUCTURE) != 0;
        return present ? fixedPart(payload) : -1;
    }

    /** Returns the length of the payload descriptor (section 4.2), -1 when it leaves no byte of VP9 behind it. */
    static int descriptorLength(ByteBuffer payload) {
        int at = fixedPart(payload);
        if (at >= 0 && (payload.get(payload.position()) & SCALABILITY_STRUCTURE) != 0) {
            at = skipScalabilityStructure(payload, at);
        }
        return at >= 0 && at < payload.limit() ? at - payload.position() : -1;
    }

    /** Returns the end of the descriptor up to the reference indices, -1 when malformed. */
    private static int fixedPart(ByteBuffer payload) {
        int start = payload.position();
        int limit = payload.limit();
        if (start >= limit) {
            return -1;
        }
        int flags = payload.get(start);
        int at = start + 1 + pictureIdLength(payload, start + 1, flags);
        boolean flexible = (flags & FLEXIBLE) != 0;
        if ((flags & LAYER_INDICES) != 0) {
            at += flexible ? 1 : 2;
        }
        if (flexible && (flags & INTER_PICTURE_PREDICTED) != 0) {
            boolean more = true;
            for (int i = 0; i < 3 && more; i++) {
                if (at >= limit) {
                    return -1;
                }
                more = (payload.get(at++) & 1) != 0;
            }
        }
        return at;
    }

    private static int pictureIdLength(ByteBuffer payload, int at, int flags) {
        if ((flags & PICTURE_ID) == 0) {
            return 0;
        }
        return at < payload.limit() && payload.get(at) < 0 ? 2 : 1;
    }

    private static int skipScalabilityStructure(ByteBuffer payload, int start) {
        int limit = payload.limit();
        if (start >= limit) {
            return -1;
        }
        int structure = payload.get(start);
        int at = start + 1;
        if ((structure & 0x10) != 0) {
            at += 4 * ((structure >>> 5 & 7) + 1);
        }
        if ((structure & 0x08) != 0) {
            if (at >= limit) {
                return -1;
            }
            int pictures = payload.get(at++) & 0xFF;
            for (int i = 0; i < pictures; i++) {
                if (at >= limit) {
                    return -1;
                }
                at += 1 + (payload.get(at) >>> 2 & 3);
            }
        }
        return at;
    }
}
