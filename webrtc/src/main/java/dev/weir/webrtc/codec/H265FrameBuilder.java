package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** RFC 7798 sections 4.4.1 to 4.4.3, without DONL fields (sprop-max-don-diff is 0 in WebRTC). */
final class H265FrameBuilder extends NalFrameBuilder {
    private static final int FU_HEADER_LENGTH = 3;

    @Override
    boolean appendUnits(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        int at = payload.position();
        if (payload.remaining() <= H265Format.NAL_HEADER_LENGTH) {
            return false;
        }
        int type = H265Format.type(payload, at);
        if (type == H265Format.FRAGMENTATION) {
            return fragment(payload, at, afterHole, frame);
        }
        boolean fragmentEnded = endFragment(frame);
        if (type == H265Format.AGGREGATION) {
            return aggregated(payload, at + H265Format.NAL_HEADER_LENGTH, H265Format.NAL_HEADER_LENGTH, frame)
                    && fragmentEnded;
        }
        if (type > H265Format.FRAGMENTATION) {
            return false;
        }
        whole(type, payload, at, payload.remaining(), frame);
        return fragmentEnded;
    }

    private boolean fragment(ByteBuffer payload, int at, boolean afterHole, FrameBuffer frame) {
        if (payload.remaining() <= FU_HEADER_LENGTH) {
            return false;
        }
        int header = payload.get(at + 2);
        boolean intact = true;
        if ((header & 0x80) != 0) {
            int type = header & 0x3F;
            intact = endFragment(frame);
            beginFragment(type, frame);
            frame.putByte((payload.get(at) & 0x81) | type << 1);
            frame.putByte(payload.get(at + 1));
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
        return type != H265Format.FILLER;
    }

    @Override
    boolean isPicture(int type) {
        return type < H265Format.VPS;
    }

    @Override
    boolean isKeyPicture(int type) {
        return H265Format.isIrap(type);
    }

    @Override
    boolean isParameterSet(int type) {
        return type == H265Format.SPS;
    }

    @Override
    int typeAt(ByteBuffer payload, int at) {
        return H265Format.type(payload, at);
    }
}
