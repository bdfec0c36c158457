package dev.weir.webrtc.codec;

import dev.weir.webrtc.rtp.HeaderExtensions;
import java.nio.ByteBuffer;

/**
 * Reads the layers of a stream's pictures from the dependency descriptor header extension (AV1 RTP specification 1.0,
 * appendix A), as far as choosing layers needs it. One per SSRC, because pictures refer to templates that came with a
 * keyframe; not thread-safe; never throws on network bytes.
 */
public final class DependencyDescriptor {
    private static final int MANDATORY_LENGTH = 3;
    private static final int MAX_TEMPLATES = 64;

    private final byte[] temporal = new byte[MAX_TEMPLATES];
    private final byte[] spatial = new byte[MAX_TEMPLATES];
    private final byte[] newTemporal = new byte[MAX_TEMPLATES];
    private final byte[] newSpatial = new byte[MAX_TEMPLATES];
    private int templates;
    private int templateOffset;
    private int frameNumber = -1;
    private int frameTemporal;
    private boolean followsBase;

    /**
     * Reads the element that {@link HeaderExtensions#find} found in {@code packet}; a {@link PictureInfo}, {@link
     * PictureInfo#NONE} when absent, malformed, or of templates that are not known.
     */
    public long read(ByteBuffer packet, int found) {
        int length = HeaderExtensions.length(found);
        if (found < 0 || length < MANDATORY_LENGTH) {
            return PictureInfo.NONE;
        }
        int at = packet.position() + HeaderExtensions.offset(found);
        int first = packet.get(at) & 0xFF;
        if (length > MANDATORY_LENGTH) {
            readStructure(packet, at, length);
        }
        int template = ((first & 0x3F) - templateOffset + MAX_TEMPLATES) % MAX_TEMPLATES;
        if (template >= templates) {
            return PictureInfo.NONE;
        }
        int layer = temporal[template];
        int number = packet.getShort(at + 1) & 0xFFFF;
        if (number != frameNumber) {
            // In every structure in use, the picture behind a base picture depends on that one alone.
            followsBase = frameTemporal == 0;
            frameNumber = number;
            frameTemporal = layer;
        }
        return PictureInfo.ofLayers(
                layer, spatial[template], layer > 0 && followsBase, (first & 0x80) != 0, (first & 0x40) != 0);
    }

    private void readStructure(ByteBuffer packet, int at, int length) {
        int limit = 8 * length;
        int bit = 8 * MANDATORY_LENGTH;
        if (bits(packet, at, bit, 1, limit) != 1) {
            return;
        }
        int offset = bits(packet, at, bit + 5, 6, limit);
        bit += 5 + 6 + 5;
        int count = 0;
        int t = 0;
        int s = 0;
        int next;
        do {
            next = bits(packet, at, bit, 2, limit);
            bit += 2;
            if (next < 0 || count == MAX_TEMPLATES) {
                return;
            }
            newTemporal[count] = (byte) t;
            newSpatial[count] = (byte) s;
            count++;
            if (next == 1) {
                t++;
            } else if (next == 2) {
                t = 0;
                s++;
            }
        } while (next != 3);
        System.arraycopy(newTemporal, 0, temporal, 0, count);
        System.arraycopy(newSpatial, 0, spatial, 0, count);
        templates = count;
        templateOffset = offset;
    }

    /** Returns {@code count} bits, -1 past {@code limit}. */
    private static int bits(ByteBuffer in, int at, int bit, int count, int limit) {
        if (bit + count > limit) {
            return -1;
        }
        int value = 0;
        for (int i = bit; i < bit + count; i++) {
            value = value << 1 | (in.get(at + (i >>> 3)) >>> (7 - (i & 7)) & 1);
        }
        return value;
    }
}
