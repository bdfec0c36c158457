package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/** RTP Payload Format For AV1, version 1.0 (AOMedia). */
enum Av1Format implements PayloadFormat {
    INSTANCE;

    static final int CONTINUES_OBU = 0x80;
    static final int OBU_CONTINUES = 0x40;
    static final int NEW_SEQUENCE = 0x08;

    static final int OBU_SEQUENCE_HEADER = 1;
    static final int OBU_TEMPORAL_DELIMITER = 2;
    static final int OBU_FRAME_HEADER = 3;
    static final int OBU_TILE_GROUP = 4;
    static final int OBU_METADATA = 5;
    static final int OBU_FRAME = 6;
    static final int OBU_TILE_LIST = 8;
    static final int OBU_PADDING = 15;

    static int elementCount(int aggregationHeader) {
        return aggregationHeader >>> 4 & 3;
    }

    static int type(int obuHeader) {
        return obuHeader >>> 3 & 0x0F;
    }

    /** N is set, or a sequence header begins in this packet. */
    @Override
    public boolean isKeyframeStart(ByteBuffer payload) {
        int at = payload.position();
        if (payload.limit() - at < 2 || payload.get(at) < 0) {
            return false;
        }
        return (payload.get(at) & NEW_SEQUENCE) != 0 || sequenceHeaderElement(payload) >= 0;
    }

    /** Reads the sequence header that begins in this packet; empty when there is none or it is malformed. */
    static Optional<Av1SequenceHeader> sequenceHeader(ByteBuffer payload) {
        long element = sequenceHeaderElement(payload);
        if (element < 0) {
            return Optional.empty();
        }
        int at = (int) (element >>> 32);
        int end = at + (int) element;
        int header = payload.get(at);
        int body = at + ((header & 0x04) != 0 ? 2 : 1);
        if ((header & 0x02) != 0) {
            long size = Leb128.read(payload, body, end);
            body = size < 0 ? end : body + Leb128.length(size);
        }
        return body >= end
                ? Optional.empty()
                : Av1SequenceReader.read(payload.slice(body, end - body), payload.slice(at, end - at));
    }

    /** Returns {@code offset << 32 | length} of the first element that is a sequence header, -1 when there is none. */
    private static long sequenceHeaderElement(ByteBuffer payload) {
        int at = payload.position();
        int end = payload.limit();
        if (end - at < 2) {
            return -1;
        }
        int aggregation = payload.get(at++);
        if ((aggregation & CONTINUES_OBU) != 0) {
            return -1;
        }
        int elements = elementCount(aggregation);
        for (int index = 1; at < end; index++) {
            int length = end - at;
            if (index != elements) {
                long size = Leb128.read(payload, at, end);
                if (size < 0) {
                    return -1;
                }
                at += Leb128.length(size);
                length = Leb128.value(size);
            }
            if (length > end - at) {
                return -1;
            }
            if (length > 0 && type(payload.get(at)) == OBU_SEQUENCE_HEADER) {
                return (long) at << 32 | length;
            }
            at += length;
        }
        return -1;
    }

    @Override
    public boolean startsFrame(ByteBuffer payload) {
        int at = payload.position();
        int end = payload.limit();
        if (end - at < 2 || payload.get(at) < 0) {
            return false;
        }
        if (elementCount(payload.get(at++)) != 1) {
            long size = Leb128.read(payload, at, end);
            if (size < 0) {
                return false;
            }
            at += Leb128.length(size);
        }
        return at < end && type(payload.get(at)) != OBU_TILE_GROUP;
    }
}
