package dev.weir.schemas;

import java.nio.ByteBuffer;

/**
 * One RTP packet without its header (RFC 3550 section 5.1).
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
        ByteBuffer payload)
        implements LogEntry {

    /** Checks the ranges and makes the payload view read-only. */
    public LogPacket {
        if (trackIndex < 0) {
            throw new IllegalArgumentException("trackIndex must not be negative: " + trackIndex);
        }
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payloadType must be 0 to 127: " + payloadType);
        }
        payload = payload.isReadOnly() ? payload : payload.asReadOnlyBuffer();
    }

    @Override
    public int maxEncodedBytes() {
        return 64 + 3 * rid.length() + payload.remaining();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.packet(this);
    }
}
