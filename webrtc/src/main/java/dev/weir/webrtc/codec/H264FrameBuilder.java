package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** RFC 6184 sections 5.6, 5.7.1 and 5.8. */
final class H264FrameBuilder extends NalFrameBuilder {
    private static final int FU_HEADER_LENGTH = 2;

    @Override
    boolean appendUnits(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        int at = payload.position();
        int type = H264Format.type(payload, at);
        if (type == H264Format.FU_A) {
            return fragment(payload, at, afterHole, frame);
        }
        boolean fragmentEnded = endFragment(frame);
        if (type == H264Format.STAP_A) {
            return aggregated(payload, at + 1, 1, frame) && fragmentEnded;
        }
        if (type == 0 || type > H264Format.STAP_A) {
            return false; // STAP-B, MTAP, FU-B: never in packetization-mode 1.
        }
        whole(type, payload, at, payload.remaining(), frame);
        return fragmentEnded;
    }

    private boolean fragment(ByteBuffer payload, int at, boolean afterHole, FrameBuffer frame) {
        if (payload.remaining() <= FU_HEADER_LENGTH) {
            return false;
        }
        int header = payload.get(at + 1);
        boolean intact = true;
        if ((header & 0x80) != 0) {
            intact = endFragment(frame);
            beginFragment(header & 0x1F, frame);
            frame.putByte((payload.get(at) & 0xE0) | (header & 0x1F));
        } else if (!inFragment() || afterHole) {
            endFragment(frame);
            return false;
        }
        frame.put(payload, at + FU_HEADER_LENGTH, payload.remaining() - FU_HEADER_LENGTH);
        if ((header & 0x40) != 0) {
            endFragment(frame);
        }
        return intact;
    }

    @Override
    boolean isKept(int type) {
        return type != H264Format.FILLER;
    }

    @Override
    boolean isPicture(int type) {
        return type >= H264Format.SLICE && type <= H264Format.IDR_SLICE;
    }

    @Override
    boolean isKeyPicture(int type) {
        return type == H264Format.IDR_SLICE;
    }

    @Override
    boolean isParameterSet(int type) {
        return type == H264Format.SPS;
    }

    @Override
    int typeAt(ByteBuffer payload, int at) {
        return H264Format.type(payload, at);
    }
}
