package dev.weir.schemas;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One RTP packet (RFC 3550 section 5.1), whole: {@link #toRtp} puts it together again as it was received.
 *
 * @param trackIndex index into the latest {@link TrackConfiguration}
 * @param rid simulcast layer, empty = none
 * @param payloadType RTP payload type, 0 to 127
 * @param ssrc the raw 32 bits
 * @param extendedSequence sequence number, unwrapped to 64 bits
 * @param extendedTimestamp RTP timestamp in ticks of the codec's clock, unwrapped to 64 bits
 * @param marker RTP marker bit
 * @param keyframeStart true on the first packet of a keyframe
 * @param arrivalMicros wall-clock arrival at the gateway, microseconds since 1970
 * @param payload RTP payload, position to limit; read-only, its bytes must not change any more
 * @param csrcs contributing sources, raw bits
 * @param headerExtension the header extension block with its first four bytes, as received; empty = none; read-only. On a
 *     packet that came by retransmission (RFC 4588) that of the retransmission
 * @param padding the padding as received, its last byte counts it; empty = none; read-only
 */
public record LogPacket(
        int trackIndex,
        String rid,
        int payloadType,
        int ssrc,
        long extendedSequence,
        long extendedTimestamp,
        boolean marker,
        boolean keyframeStart,
        long arrivalMicros,
        ByteBuffer payload,
        List<Integer> csrcs,
        ByteBuffer headerExtension,
        ByteBuffer padding)
        implements LogEntry {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final int FIXED_HEADER = 12;
    private static final int MAX_CSRCS = 15;

    /** Makes a packet without CSRCs, header extension and padding. */
    public LogPacket(
            int trackIndex,
            String rid,
            int payloadType,
            int ssrc,
            long extendedSequence,
            long extendedTimestamp,
            boolean marker,
            boolean keyframeStart,
            long arrivalMicros,
            ByteBuffer payload) {
        this(
                trackIndex,
                rid,
                payloadType,
                ssrc,
                extendedSequence,
                extendedTimestamp,
                marker,
                keyframeStart,
                arrivalMicros,
                payload,
                List.of(),
                NONE,
                NONE);
    }

    /** Checks the ranges and makes the views read-only. */
    public LogPacket {
        if (trackIndex < 0) {
            throw new IllegalArgumentException("trackIndex must not be negative: " + trackIndex);
        }
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payloadType must be 0 to 127: " + payloadType);
        }
        csrcs = List.copyOf(csrcs);
        if (csrcs.size() > MAX_CSRCS) {
            throw new IllegalArgumentException("more than 15 CSRCs: " + csrcs.size());
        }
        payload = readOnly(payload);
        headerExtension = readOnly(headerExtension);
        padding = readOnly(padding);
    }

    private static ByteBuffer readOnly(ByteBuffer bytes) {
        return bytes.isReadOnly() ? bytes : bytes.asReadOnlyBuffer();
    }

    /** Returns the size in bytes of the packet as it was received: RTP header, payload and padding. */
    public int rtpLength() {
        return FIXED_HEADER
                + 4 * csrcs.size()
                + headerExtension.remaining()
                + payload.remaining()
                + padding.remaining();
    }

    /** Returns the RTP packet as it was received (RFC 3550 section 5.1), in a buffer of its own, ready to be read. */
    public ByteBuffer toRtp() {
        ByteBuffer packet = ByteBuffer.allocate(rtpLength());
        packet.put((byte) (0x80
                | (padding.hasRemaining() ? 0x20 : 0)
                | (headerExtension.hasRemaining() ? 0x10 : 0)
                | csrcs.size()));
        packet.put((byte) ((marker ? 0x80 : 0) | payloadType));
        packet.putShort((short) extendedSequence);
        packet.putInt((int) extendedTimestamp);
        packet.putInt(ssrc);
        csrcs.forEach(packet::putInt);
        packet.put(headerExtension.duplicate()).put(payload.duplicate()).put(padding.duplicate());
        return packet.flip();
    }

    @Override
    public int maxEncodedBytes() {
        return 96
                + 3 * rid.length()
                + payload.remaining()
                + 5 * csrcs.size()
                + headerExtension.remaining()
                + padding.remaining();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.packet(this);
    }
}
