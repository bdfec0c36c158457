package dev.weir.webrtc.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts H264 access units into RTP payloads (RFC 6184, packetization-mode 1): SPS and PPS together in a STAP-A, small NAL
 * units alone, large ones as FU-A of nearly equal size. Access unit delimiters and filler are left out. Not thread-safe.
 */
public final class H264Packetizer {
    private static final int STAP_SIZE_FIELD = 2;
    private static final int FU_HEADER_LENGTH = 2;
    private static final int MIN_PAYLOAD_LENGTH = 64;

    private final ByteBuffer payload;

    /** Takes payloads in order. */
    @FunctionalInterface
    public interface PayloadSink {
        /** Takes one payload, borrowed until return; {@code marker} on the last of the access unit. */
        void onPayload(ByteBuffer payload, boolean marker);
    }

    /** Creates a packetizer whose payloads are at most {@code maxPayloadLength} bytes, at least 64. */
    public H264Packetizer(int maxPayloadLength) {
        if (maxPayloadLength < MIN_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException(
                    "maxPayloadLength below " + MIN_PAYLOAD_LENGTH + ": " + maxPayloadLength);
        }
        payload = ByteBuffer.allocate(maxPayloadLength);
    }

    /** Packetizes an access unit of NAL units behind start codes (Annex B). */
    public void packetizeAnnexB(ByteBuffer accessUnit, PayloadSink sink) {
        List<ByteBuffer> units = new ArrayList<>();
        int end = accessUnit.limit();
        int unitStart = -1;
        for (int at = accessUnit.position(); at + 2 < end; at++) {
            if (accessUnit.get(at) == 0 && accessUnit.get(at + 1) == 0 && accessUnit.get(at + 2) == 1) {
                addUnit(units, accessUnit, unitStart, at);
                unitStart = at + 3;
                at += 2;
            }
        }
        addUnit(units, accessUnit, unitStart, end);
        packetize(units, sink);
    }

    /** Packetizes an access unit of NAL units behind 4-byte lengths, as {@link Depacketizer} gives and MP4 stores them. */
    public void packetizeLengthPrefixed(ByteBuffer accessUnit, PayloadSink sink) {
        List<ByteBuffer> units = new ArrayList<>();
        int at = accessUnit.position();
        while (accessUnit.limit() - at > NalFrameBuilder.LENGTH_FIELD) {
            int length = accessUnit.getInt(at);
            at += NalFrameBuilder.LENGTH_FIELD;
            if (length < 0 || length > accessUnit.limit() - at) {
                throw new IllegalArgumentException("NAL unit of " + length + " bytes does not fit the access unit");
            }
            addUnit(units, accessUnit, at, at + length);
            at += length;
        }
        packetize(units, sink);
    }

    private static void addUnit(List<ByteBuffer> units, ByteBuffer accessUnit, int start, int end) {
        if (start < 0) {
            return;
        }
        int trimmed = end;
        while (trimmed > start && accessUnit.get(trimmed - 1) == 0) {
            trimmed--; // trailing_zero_8bits; a NAL unit never ends with a zero byte.
        }
        if (trimmed > start) {
            int type = H264Format.type(accessUnit, start);
            if (type != H264Format.ACCESS_UNIT_DELIMITER && type != H264Format.FILLER) {
                units.add(accessUnit.slice(start, trimmed - start));
            }
        }
    }

    private void packetize(List<ByteBuffer> units, PayloadSink sink) {
        int i = 0;
        while (i < units.size()) {
            int sets = parameterSetsThatFit(units, i);
            if (sets > 1) {
                aggregate(units.subList(i, i + sets), i + sets == units.size(), sink);
                i += sets;
            } else {
                boolean last = i + 1 == units.size();
                ByteBuffer unit = units.get(i);
                if (unit.remaining() <= payload.capacity()) {
                    sink.onPayload(unit, last);
                } else {
                    fragment(unit, last, sink);
                }
                i++;
            }
        }
    }

    private int parameterSetsThatFit(List<ByteBuffer> units, int from) {
        int length = 1;
        int i = from;
        while (i < units.size()) {
            int type = H264Format.type(units.get(i), 0);
            length += STAP_SIZE_FIELD + units.get(i).remaining();
            if ((type != H264Format.SPS && type != H264Format.PPS) || length > payload.capacity()) {
                break;
            }
            i++;
        }
        return i - from;
    }

    private void aggregate(List<ByteBuffer> units, boolean last, PayloadSink sink) {
        int importance = 0;
        for (ByteBuffer unit : units) {
            importance = Math.max(importance, unit.get(0) & 0x60);
        }
        payload.clear().put((byte) (importance | H264Format.STAP_A));
        for (ByteBuffer unit : units) {
            payload.putShort((short) unit.remaining()).put(unit.duplicate());
        }
        sink.onPayload(payload.flip(), last);
    }

    private void fragment(ByteBuffer unit, boolean last, PayloadSink sink) {
        int body = unit.remaining() - 1;
        int room = payload.capacity() - FU_HEADER_LENGTH;
        int fragments = (body + room - 1) / room;
        int header = unit.get(0);
        int sent = 0;
        for (int i = 0; i < fragments; i++) {
            int length = (body - sent + fragments - i - 1) / (fragments - i);
            boolean end = i == fragments - 1;
            int flags = (i == 0 ? 0x80 : 0) | (end ? 0x40 : 0);
            payload.clear().put((byte) ((header & 0xE0) | H264Format.FU_A)).put((byte) (flags | (header & 0x1F)));
            payload.put(unit.slice(1 + sent, length));
            sent += length;
            sink.onPayload(payload.flip(), last && end);
        }
    }
}
