package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** RFC 7798: single NAL units, aggregation packets and fragmentation units, without DONL fields. */
enum H265Format implements PayloadFormat {
    INSTANCE;

    static final int NAL_HEADER_LENGTH = 2;
    static final int FIRST_IRAP = 16;
    static final int LAST_IRAP = 23;
    static final int VPS = 32;
    static final int SPS = 33;
    static final int PPS = 34;
    static final int ACCESS_UNIT_DELIMITER = 35;
    static final int FILLER = 38;
    static final int PREFIX_SEI = 39;
    static final int AGGREGATION = 48;
    static final int FRAGMENTATION = 49;

    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        return any(payload, true);
    }

    @Override
    public boolean startsFrame(ByteBuffer payload) {
        return any(payload, false);
    }

    static int type(ByteBuffer nalUnit, int at) {
        return nalUnit.get(at) >>> 1 & 0x3F;
    }

    static boolean isIrap(int type) {
        return type >= FIRST_IRAP && type <= LAST_IRAP;
    }

    private static boolean any(ByteBuffer payload, boolean keyframe) {
        int at = payload.position();
        int end = payload.limit();
        if (end - at <= NAL_HEADER_LENGTH) {
            return false;
        }
        int type = type(payload, at);
        int body = at + NAL_HEADER_LENGTH;
        if (type == FRAGMENTATION) {
            int header = payload.get(body);
            return header < 0 && begins(header & 0x3F, payload, body + 1, end, keyframe);
        }
        if (type != AGGREGATION) {
            return begins(type, payload, body, end, keyframe);
        }
        at = body;
        while (at + 2 < end) {
            int length = payload.getShort(at) & 0xFFFF;
            at += 2;
            if (length <= NAL_HEADER_LENGTH || at + length > end) {
                return false;
            }
            if (begins(type(payload, at), payload, at + NAL_HEADER_LENGTH, at + length, keyframe)) {
                return true;
            }
            at += length;
        }
        return false;
    }

    private static boolean begins(int type, ByteBuffer payload, int bodyStart, int end, boolean keyframe) {
        if (type == VPS || type == SPS) {
            return true;
        }
        if (type < VPS) {
            boolean firstSlice = bodyStart < end && payload.get(bodyStart) < 0; // first_slice_segment_in_pic_flag
            return firstSlice && (!keyframe || isIrap(type));
        }
        return !keyframe && (type == PPS || type == ACCESS_UNIT_DELIMITER || type == PREFIX_SEI);
    }
}
