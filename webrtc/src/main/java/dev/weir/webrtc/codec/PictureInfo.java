package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Reads and packs into one {@code long} what a payload says of its picture's place: temporal and spatial layer, picture id
 * and TL0PICIDX with the offsets at which they stand in the payload, so that they can be rewritten. 0 is "nothing known".
 * No allocation, never throws on network bytes.
 */
public final class PictureInfo {
    /** What is known of a payload that tells nothing. */
    public static final long NONE = 0;

    private static final long KNOWN = 1L << 63;
    private static final int SPATIAL_SHIFT = 3;
    private static final long SYNC = 1L << 6;
    private static final long BEGIN = 1L << 7;
    private static final long END = 1L << 8;
    private static final int ID_AT_SHIFT = 9;
    private static final long WIDE = 1L << 13;
    private static final int TL0_AT_SHIFT = 14;
    private static final int ID_SHIFT = 24;
    private static final int TL0_SHIFT = 40;

    private PictureInfo() {}

    /** Reads {@code payload} of a codec that tells layers in its payload (VP8, VP9); {@link #NONE} for others. */
    public static long of(Codec codec, ByteBuffer payload) {
        return switch (codec) {
            case VP8 -> ofVp8(payload);
            case VP9 -> ofVp9(payload);
            case H264, H265, AV1, OPUS, PCMU, PCMA -> NONE;
        };
    }

    /** Packs what a header extension told: the layers, and whether a receiver of lower layers may take this picture up. */
    static long ofLayers(int temporal, int spatial, boolean sync, boolean begin, boolean end) {
        return KNOWN
                | (temporal & 7)
                | (long) (spatial & 7) << SPATIAL_SHIFT
                | (sync ? SYNC : 0)
                | (begin ? BEGIN : 0)
                | (end ? END : 0);
    }

    /** RFC 7741 section 4.2. */
    private static long ofVp8(ByteBuffer payload) {
        int at = payload.position();
        int length = Vp8Format.descriptorLength(payload);
        if (length < 0) {
            return NONE;
        }
        long info = KNOWN | END | (Vp8Format.INSTANCE.startsFrame(payload) ? BEGIN : 0);
        if (length == 1) {
            return info;
        }
        int flags = payload.get(at + 1);
        int next = 2;
        if ((flags & 0x80) != 0) {
            boolean wide = payload.get(at + next) < 0;
            info |= pictureId(payload, next, wide);
            next += wide ? 2 : 1;
        }
        if ((flags & 0x40) != 0) {
            info |= (long) next << TL0_AT_SHIFT | (payload.get(at + next) & 0xFFL) << TL0_SHIFT;
            next++;
        }
        if ((flags & 0x20) != 0) {
            int layer = payload.get(at + next);
            info |= layer >>> 6 & 3;
            info |= (layer & 0x20) != 0 ? SYNC : 0;
        }
        return info;
    }

    /** RFC 9628 section 4.2. */
    private static long ofVp9(ByteBuffer payload) {
        int at = payload.position();
        if (Vp9Format.descriptorLength(payload) < 0) {
            return NONE;
        }
        int flags = payload.get(at);
        long info = KNOWN
                | ((flags & Vp9Format.FRAME_START) != 0 ? BEGIN : 0)
                | ((flags & Vp9Format.FRAME_END) != 0 ? END : 0);
        int next = 1;
        if ((flags & 0x80) != 0) {
            boolean wide = payload.get(at + next) < 0;
            info |= pictureId(payload, next, wide);
            next += wide ? 2 : 1;
        }
        if ((flags & Vp9Format.LAYER_INDICES) != 0) {
            int layer = payload.get(at + next);
            info |= layer >>> 5 & 7;
            info |= (long) (layer >>> 1 & 7) << SPATIAL_SHIFT;
            info |= (layer & 0x10) != 0 ? SYNC : 0;
            if ((flags & Vp9Format.FLEXIBLE) == 0) {
                info |= (long) (next + 1) << TL0_AT_SHIFT | (payload.get(at + next + 1) & 0xFFL) << TL0_SHIFT;
            }
        }
        return info;
    }

    private static long pictureId(ByteBuffer payload, int offset, boolean wide) {
        int at = payload.position() + offset;
        long id = wide ? payload.getShort(at) & 0x7FFF : payload.get(at) & 0x7F;
        return (long) offset << ID_AT_SHIFT | (wide ? WIDE : 0) | id << ID_SHIFT;
    }

    /** Returns whether anything is known. */
    public static boolean isKnown(long info) {
        return info != NONE;
    }

    /** Returns the temporal layer, 0 = the base. */
    public static int temporalLayer(long info) {
        return (int) info & 7;
    }

    /** Returns the spatial layer, 0 = the base. */
    public static int spatialLayer(long info) {
        return (int) (info >>> SPATIAL_SHIFT) & 7;
    }

    /** Returns whether a receiver that got lower temporal layers only may go on with this picture. */
    public static boolean isSwitchingUpPoint(long info) {
        return (info & SYNC) != 0;
    }

    /** Returns whether the packet begins a frame of its spatial layer. */
    public static boolean beginsFrame(long info) {
        return (info & BEGIN) != 0;
    }

    /** Returns whether the packet may end a frame of its spatial layer. */
    public static boolean endsFrame(long info) {
        return (info & END) != 0;
    }

    /** Returns whether there is a picture id. */
    public static boolean hasPictureId(long info) {
        return (info >>> ID_AT_SHIFT & 0xF) != 0;
    }

    /** Returns the bits of the picture id: 15 or 7. */
    public static int pictureIdBits(long info) {
        return (info & WIDE) != 0 ? 15 : 7;
    }

    public static int pictureId(long info) {
        return (int) (info >>> ID_SHIFT) & 0x7FFF;
    }

    /** Returns whether there is a TL0PICIDX. */
    public static boolean hasTl0(long info) {
        return (info >>> TL0_AT_SHIFT & 0xF) != 0;
    }

    public static int tl0(long info) {
        return (int) (info >>> TL0_SHIFT) & 0xFF;
    }

    /** Writes other numbers, in the widths that are there, into a copy of the payload that begins at {@code start}. */
    public static void rewrite(long info, byte[] payload, int start, int pictureId, int tl0) {
        int idAt = (int) (info >>> ID_AT_SHIFT) & 0xF;
        if (idAt != 0 && (info & WIDE) != 0) {
            payload[start + idAt] = (byte) (0x80 | (pictureId >>> 8 & 0x7F));
            payload[start + idAt + 1] = (byte) pictureId;
        } else if (idAt != 0) {
            payload[start + idAt] = (byte) (pictureId & 0x7F);
        }
        int tl0At = (int) (info >>> TL0_AT_SHIFT) & 0xF;
        if (tl0At != 0) {
            payload[start + tl0At] = (byte) tl0;
        }
    }
}
