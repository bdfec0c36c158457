package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Finds the whole NAL units in RTP payloads: single ones and those of aggregation packets, not fragments. */
final class NalUnits {
    private NalUnits() {}

    /** Gives views of the NAL units in an RTP payload of H264 (RFC 6184) or H265 (RFC 7798); nothing of other codecs. */
    static void forEach(Codec codec, ByteBuffer payload, Consumer<ByteBuffer> sink) {
        int at = payload.position();
        if (payload.remaining() <= H265Format.NAL_HEADER_LENGTH) {
            return;
        }
        if (codec == Codec.H264) {
            int type = H264Format.type(payload, at);
            if (type == H264Format.STAP_A) {
                aggregated(payload, at + 1, sink);
            } else if (type != H264Format.FU_A) {
                sink.accept(payload.slice(at, payload.remaining()));
            }
        } else if (codec == Codec.H265) {
            int type = H265Format.type(payload, at);
            if (type == H265Format.AGGREGATION) {
                aggregated(payload, at + H265Format.NAL_HEADER_LENGTH, sink);
            } else if (type != H265Format.FRAGMENTATION) {
                sink.accept(payload.slice(at, payload.remaining()));
            }
        }
    }

    private static void aggregated(ByteBuffer payload, int from, Consumer<ByteBuffer> sink) {
        int at = from;
        while (at + 2 < payload.limit()) {
            int length = payload.getShort(at) & 0xFFFF;
            at += 2;
            if (length == 0 || length > payload.limit() - at) {
                return;
            }
            sink.accept(payload.slice(at, length));
            at += length;
        }
    }
}
