package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** Reads to which temporal and spatial layer a packet belongs. No allocation; never throws on network bytes. */
public final class LayerIds {
    private static final int OBU_EXTENSION = 0x04;

    private LayerIds() {}

    /**
     * Returns the temporal layer that the payload names: VP8 and VP9 descriptor, AV1 OBU extension, H265 NAL header; -1
     * when it names none.
     */
    public static int temporal(Codec codec, ByteBuffer payload) {
        return switch (codec) {
            case VP8 -> vp8(payload);
            case VP9 -> shift(Vp9Format.layerByte(payload), 5, 7);
            case AV1 -> shift(av1(payload), 5, 7);
            case H265 -> payload.remaining() < 2 ? -1 : (payload.get(payload.position() + 1) & 7) - 1;
            case H264, OPUS, PCMU, PCMA -> -1;
        };
    }

    /** Returns the spatial layer that the payload names: VP9 descriptor, AV1 OBU extension; -1 when it names none. */
    public static int spatial(Codec codec, ByteBuffer payload) {
        return switch (codec) {
            case VP9 -> shift(Vp9Format.layerByte(payload), 1, 7);
            case AV1 -> shift(av1(payload), 3, 3);
            case VP8, H264, H265, OPUS, PCMU, PCMA -> -1;
        };
    }

    private static int shift(int bits, int by, int mask) {
        return bits < 0 ? -1 : bits >>> by & mask;
    }

    /** RFC 7741 section 4.2. */
    private static int vp8(ByteBuffer payload) {
        int at = payload.position();
        int length = Vp8Format.descriptorLength(payload);
        if (length < 3 || (payload.get(at) & 0x80) == 0 || (payload.get(at + 1) & 0x20) == 0) {
            return -1;
        }
        return payload.get(at + length - 1) >>> 6 & 3;
    }

    /** Returns the extension byte of the first OBU that begins in the packet, -1 when it has none. */
    private static int av1(ByteBuffer payload) {
        int at = payload.position();
        int end = payload.limit();
        if (end - at < 3 || payload.get(at) < 0) {
            return -1;
        }
        if (Av1Format.elementCount(payload.get(at++)) != 1) {
            long size = Leb128.read(payload, at, end);
            if (size < 0) {
                return -1;
            }
            at += Leb128.length(size);
        }
        return at + 1 < end && (payload.get(at) & OBU_EXTENSION) != 0 ? payload.get(at + 1) & 0xFF : -1;
    }
}
