package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;

/**
 * Takes OBU elements out of AV1 payloads and writes OBUs with size fields, without temporal delimiters, tile lists and
 * padding (the rules for a sample in "AV1 Codec ISO Media File Format Binding" section 2.4).
 */
final class Av1FrameBuilder implements FrameBuilder {
    private static final int EXTENSION = 0x04;
    private static final int HAS_SIZE = 0x02;

    private final FrameBuffer obu = new FrameBuffer();
    private boolean obuOpen;
    private boolean sequenceHeader;
    private boolean picture;
    private boolean keyPicture;

    @Override
    public void begin() {
        obu.clear();
        obuOpen = false;
        sequenceHeader = false;
        picture = false;
        keyPicture = false;
    }

    @Override
    public boolean append(ByteBuffer payload, boolean afterHole, FrameBuffer frame) {
        int at = payload.position();
        int end = payload.limit();
        int aggregation = payload.get(at++);
        boolean continues = (aggregation & Av1Format.CONTINUES_OBU) != 0;
        boolean intact = continues == obuOpen;
        boolean skipFirst = continues && (!obuOpen || afterHole);
        if (!continues || afterHole) {
            obu.clear();
            obuOpen = false;
        }
        int elements = Av1Format.elementCount(aggregation);
        for (int index = 1; at < end; index++) {
            int length = end - at;
            if (index != elements) {
                long size = Leb128.read(payload, at, end);
                if (size < 0 || Leb128.value(size) > end - at - Leb128.length(size)) {
                    obuOpen = false;
                    return false;
                }
                at += Leb128.length(size);
                length = Leb128.value(size);
            }
            boolean last = at + length == end;
            obu.put(payload, at, length);
            at += length;
            if (last && (aggregation & Av1Format.OBU_CONTINUES) != 0) {
                obuOpen = !(skipFirst && index == 1);
                intact &= obuOpen;
            } else {
                intact &= (skipFirst && index == 1) || endObu(frame);
                obu.clear();
                obuOpen = false;
            }
        }
        return intact && !skipFirst;
    }

    @Override
    public boolean finish(FrameBuffer frame) {
        return !obuOpen && picture;
    }

    @Override
    public boolean hasPicture() {
        return picture;
    }

    @Override
    public boolean isKeyframe() {
        return sequenceHeader && keyPicture;
    }

    /** Writes the collected OBU with a size field; false when it is malformed. */
    private boolean endObu(FrameBuffer frame) {
        if (obu.length() == 0) {
            return true;
        }
        int header = obu.get(0);
        int bodyStart = (header & EXTENSION) != 0 ? 2 : 1;
        if (header >= 0x80 || obu.length() < bodyStart || obu.overflowed()) {
            return false;
        }
        int bodyLength = obu.length() - bodyStart;
        if ((header & HAS_SIZE) != 0) {
            long size = Leb128.read(obu.view(), bodyStart, obu.length());
            if (size < 0 || Leb128.value(size) > bodyLength - Leb128.length(size)) {
                return false;
            }
            bodyStart += Leb128.length(size);
            bodyLength = Leb128.value(size);
        }
        int type = Av1Format.type(header);
        note(type, bodyStart, bodyLength);
        if (type == Av1Format.OBU_TEMPORAL_DELIMITER
                || type == Av1Format.OBU_TILE_LIST
                || type == Av1Format.OBU_PADDING) {
            return true;
        }
        frame.putByte(header | HAS_SIZE);
        if ((header & EXTENSION) != 0) {
            frame.putByte(obu.get(1));
        }
        putLeb128(frame, bodyLength);
        frame.put(obu, bodyStart, bodyLength);
        return true;
    }

    private void note(int type, int bodyStart, int bodyLength) {
        sequenceHeader |= type == Av1Format.OBU_SEQUENCE_HEADER;
        if ((type == Av1Format.OBU_FRAME || type == Av1Format.OBU_FRAME_HEADER) && bodyLength > 0) {
            // show_existing_frame is 0 and frame_type is KEY_FRAME (0).
            keyPicture |= !picture && (obu.get(bodyStart) & 0xE0) == 0;
            picture = true;
        }
    }

    private static void putLeb128(FrameBuffer frame, int value) {
        int rest = value;
        while (rest >= 0x80) {
            frame.putByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        frame.putByte(rest);
    }
}
