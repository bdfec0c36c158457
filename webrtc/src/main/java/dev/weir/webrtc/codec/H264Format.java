package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** RFC 6184: single NAL units, STAP-A and FU-A. */
enum H264Format implements PayloadFormat {
    INSTANCE;

    static final int SLICE = 1;
    static final int IDR_SLICE = 5;
    static final int SEI = 6;
    static final int SPS = 7;
    static final int PPS = 8;
    static final int ACCESS_UNIT_DELIMITER = 9;
    static final int FILLER = 12;
    static final int STAP_A = 24;
    static final int FU_A = 28;

    private static final int FU_HEADER_LENGTH = 2;

    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        return any(payload, true);
    }

    @Override
    public boolean startsFrame(ByteBuffer payload) {
        return any(payload, false);
    }

    static int type(ByteBuffer nalUnit, int at) {
        return nalUnit.get(at) & 0x1F;
    }

    private static boolean any(ByteBuffer payload, boolean keyframe) {
        int at = payload.position();
        int end = payload.limit();
        if (at >= end) {
            return false;
        }
        int type = type(payload, at);
        if (type == FU_A) {
            if (end - at <= FU_HEADER_LENGTH || payload.get(at + 1) >= 0) {
                return false; // S bit clear.
            }
            return begins(type(payload, at + 1), payload, at + FU_HEADER_LENGTH, end, keyframe);
        }
        if (type != STAP_A) {
            return begins(type, payload, at + 1, end, keyframe);
        }
        at++;
        while (at + 2 < end) {
            int length = payload.getShort(at) & 0xFFFF;
            at += 2;
            if (length == 0 || at + length > end) {
                return false;
            }
            if (begins(type(payload, at), payload, at + 1, at + length, keyframe)) {
                return true;
            }
            at += length;
        }
        return false;
    }

    private static boolean begins(int type, ByteBuffer payload, int bodyStart, int end, boolean keyframe) {
        return switch (type) {
            case SPS -> true;
            case IDR_SLICE -> isFirstSlice(payload, bodyStart, end);
            case SLICE, 2 -> !keyframe && isFirstSlice(payload, bodyStart, end);
            case SEI, PPS, ACCESS_UNIT_DELIMITER -> !keyframe;
            default -> false;
        };
    }

    /** first_mb_in_slice is 0: its Exp-Golomb code is a single 1 bit. */
    private static boolean isFirstSlice(ByteBuffer payload, int bodyStart, int end) {
        return bodyStart < end && payload.get(bodyStart) < 0;
    }
}
