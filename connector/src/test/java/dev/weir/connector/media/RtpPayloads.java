package dev.weir.connector.media;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.H264Packetizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts encoded units into RTP payloads, as browsers do it, for streams that go into a log. */
public final class RtpPayloads {
    private static final int MAX_PAYLOAD = 1_100;

    private RtpPayloads() {}

    /** Cuts the unit with this number. */
    public static List<ByteBuffer> of(Codec codec, ByteBuffer unit, int unitNumber) {
        return switch (codec) {
            case H264 -> h264(unit);
            case H265 -> h265(unit);
            case VP8 -> vp8(unit, unitNumber);
            case VP9 -> vp9(unit, unitNumber);
            case AV1 -> av1(unit);
            case OPUS, PCMU, PCMA -> List.of(unit);
        };
    }

    private static List<ByteBuffer> h264(ByteBuffer unit) {
        List<ByteBuffer> payloads = new ArrayList<>();
        new H264Packetizer(MAX_PAYLOAD).packetizeAnnexB(unit, (payload, marker) -> payloads.add(copy(payload)));
        return payloads;
    }

    /** RFC 7798: single NAL unit packets and fragmentation units. */
    private static List<ByteBuffer> h265(ByteBuffer unit) {
        List<ByteBuffer> payloads = new ArrayList<>();
        for (ByteBuffer nal : nalUnits(unit)) {
            int type = nal.get(0) >> 1 & 0x3F;
            if (type == 35) {
                continue;
            }
            if (nal.remaining() <= MAX_PAYLOAD) {
                payloads.add(nal);
                continue;
            }
            for (int at = 2; at < nal.limit(); at += MAX_PAYLOAD) {
                int length = Math.min(MAX_PAYLOAD, nal.limit() - at);
                int flags = (at == 2 ? 0x80 : 0) | (at + length == nal.limit() ? 0x40 : 0);
                payloads.add(ByteBuffer.allocate(3 + length)
                        .put((byte) ((nal.get(0) & 0x81) | (49 << 1)))
                        .put(nal.get(1))
                        .put((byte) (flags | type))
                        .put(nal.slice(at, length))
                        .flip());
            }
        }
        return payloads;
    }

    private static List<ByteBuffer> nalUnits(ByteBuffer unit) {
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at + 2 < unit.limit(); at++) {
            if (unit.get(at) == 0 && unit.get(at + 1) == 0 && unit.get(at + 2) == 1) {
                starts.add(at + 3);
            }
        }
        List<ByteBuffer> units = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) - 3 : unit.limit();
            while (end > starts.get(i) && unit.get(end - 1) == 0) {
                end--;
            }
            units.add(unit.slice(starts.get(i), end - starts.get(i)));
        }
        return units;
    }

    /** RFC 7741 with a 15-bit picture id. */
    private static List<ByteBuffer> vp8(ByteBuffer unit, int pictureId) {
        List<ByteBuffer> payloads = new ArrayList<>();
        for (int at = 0; at < unit.limit(); at += MAX_PAYLOAD) {
            int length = Math.min(MAX_PAYLOAD, unit.limit() - at);
            payloads.add(ByteBuffer.allocate(4 + length)
                    .put((byte) (at == 0 ? 0x90 : 0x80))
                    .put((byte) 0x80)
                    .putShort((short) (0x8000 | (pictureId & 0x7FFF)))
                    .put(unit.slice(at, length))
                    .flip());
        }
        return payloads;
    }

    /** RFC 9628, flexible mode off, one layer, 15-bit picture id. */
    private static List<ByteBuffer> vp9(ByteBuffer unit, int pictureId) {
        boolean inter = (unit.get(0) & 0x04) != 0;
        List<ByteBuffer> payloads = new ArrayList<>();
        for (int at = 0; at < unit.limit(); at += MAX_PAYLOAD) {
            int length = Math.min(MAX_PAYLOAD, unit.limit() - at);
            int flags = 0x80 | (inter ? 0x40 : 0) | (at == 0 ? 0x08 : 0) | (at + length == unit.limit() ? 0x04 : 0);
            payloads.add(ByteBuffer.allocate(3 + length)
                    .put((byte) flags)
                    .putShort((short) (0x8000 | (pictureId & 0x7FFF)))
                    .put(unit.slice(at, length))
                    .flip());
        }
        return payloads;
    }

    /** The AV1 RTP specification: one OBU element per packet, without size fields, delimiters left out. */
    private static List<ByteBuffer> av1(ByteBuffer unit) {
        List<ByteBuffer> payloads = new ArrayList<>();
        for (int at = 0; at < unit.limit(); ) {
            int head = unit.get(at) & 0xFF;
            int headerLength = (head & 4) != 0 ? 2 : 1;
            int size = 0;
            int sizeLength = 0;
            int next;
            do {
                next = unit.get(at + headerLength + sizeLength);
                size |= (next & 0x7F) << (7 * sizeLength++);
            } while ((next & 0x80) != 0);
            int type = head >> 3 & 0xF;
            int content = at + headerLength + sizeLength;
            if (type != 2) {
                ByteBuffer obu = ByteBuffer.allocate(headerLength + size).put((byte) (head & ~2));
                if (headerLength == 2) {
                    obu.put(unit.get(at + 1));
                }
                fragment(obu.put(unit.slice(content, size)).flip(), type == 1, payloads);
            }
            at = content + size;
        }
        return payloads;
    }

    private static void fragment(ByteBuffer obu, boolean startsSequence, List<ByteBuffer> payloads) {
        for (int at = 0; at < obu.limit(); at += MAX_PAYLOAD) {
            int length = Math.min(MAX_PAYLOAD, obu.limit() - at);
            int aggregation = (at > 0 ? 0x80 : 0) | (at + length < obu.limit() ? 0x40 : 0) | 0x10;
            payloads.add(ByteBuffer.allocate(1 + length)
                    .put((byte) (aggregation | (startsSequence ? 0x08 : 0)))
                    .put(obu.slice(at, length))
                    .flip());
        }
    }

    private static ByteBuffer copy(ByteBuffer source) {
        return ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
    }
}
