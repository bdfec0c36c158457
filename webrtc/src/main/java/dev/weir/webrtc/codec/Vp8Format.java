package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/** RFC 7741. */
enum Vp8Format implements PayloadFormat {
    INSTANCE;

    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        if (!startsFrame(payload)) {
            return false;
        }
        int descriptor = descriptorLength(payload);
        return descriptor > 0 && (payload.get(payload.position() + descriptor) & 1) == 0;
    }

    /** S is set and the partition index is 0 (section 4.2). */
    @Override
    public boolean startsFrame(ByteBuffer payload) {
        return payload.hasRemaining() && (payload.get(payload.position()) & 0x17) == 0x10;
    }

    /** Returns the length of the payload descriptor, -1 when it leaves no byte of VP8 behind it. */
    static int descriptorLength(ByteBuffer payload) {
        int at = payload.position();
        int available = payload.remaining();
        if (available < 2) {
            return -1;
        }
        if ((payload.get(at) & 0x80) == 0) {
            return 1;
        }
        int flags = payload.get(at + 1);
        int length = 2;
        if ((flags & 0x80) != 0) {
            if (available < 3) {
                return -1;
            }
            length += payload.get(at + 2) < 0 ? 2 : 1; // M: a 15-bit picture id.
        }
        length += (flags & 0x40) != 0 ? 1 : 0;
        length += (flags & 0x30) != 0 ? 1 : 0;
        return length < available ? length : -1;
    }
}
