package dev.weir.gateway.relay;

import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;

/**
 * Holds one RTP packet of a stream: payload and header fields, without header extensions and padding. Immutable, with
 * private bytes, so it may cross threads.
 */
public final class RelayPacket {
    private static final byte[] EMPTY = new byte[0];

    private final MediaKind mediaKind;
    private final int trackIndex;
    private final String rid;
    private final int payloadType;
    private final int ssrc;
    private final long extendedSequence;
    private final long extendedTimestamp;
    private final boolean marker;
    private final boolean keyframeStart;
    private final long arrivalNanos;
    private final long arrivalMicros;
    private final long epoch;
    private final byte[] payload;

    private RelayPacket(Builder from, byte[] payload) {
        this.mediaKind = from.mediaKind;
        this.trackIndex = from.trackIndex;
        this.rid = from.rid;
        this.payloadType = from.payloadType;
        this.ssrc = from.ssrc;
        this.extendedSequence = from.extendedSequence;
        this.extendedTimestamp = from.extendedTimestamp;
        this.marker = from.marker;
        this.keyframeStart = from.keyframeStart;
        this.arrivalNanos = from.arrivalNanos;
        this.arrivalMicros = from.arrivalMicros;
        this.epoch = from.epoch;
        this.payload = payload;
    }

    /** Starts a packet of the given kind; everything else begins at zero and an empty payload. */
    public static Builder builder(MediaKind kind) {
        return new Builder(kind);
    }

    public MediaKind mediaKind() {
        return mediaKind;
    }

    /** Returns the index of the {@link RelayTrack} within its epoch. */
    public int trackIndex() {
        return trackIndex;
    }

    /** Returns the simulcast layer (RFC 8851), empty without simulcast. */
    public String rid() {
        return rid;
    }

    public int payloadType() {
        return payloadType;
    }

    /** Returns the raw bits of the publisher's SSRC. */
    public int ssrc() {
        return ssrc;
    }

    /** Returns the 16-bit sequence number of RFC 3550. */
    public int sequenceNumber() {
        return (int) (extendedSequence & 0xFFFF);
    }

    /** Returns the sequence number without wraps; its low 16 bits are those on the wire. */
    public long extendedSequence() {
        return extendedSequence;
    }

    /** Returns the 32-bit RTP timestamp, 0 to 2^32-1, in ticks of the track's clock. */
    public long timestamp() {
        return extendedTimestamp & 0xFFFF_FFFFL;
    }

    /** Returns the RTP timestamp without wraps; its low 32 bits are those on the wire. */
    public long extendedTimestamp() {
        return extendedTimestamp;
    }

    public boolean marker() {
        return marker;
    }

    /** Returns whether a keyframe, with its parameter sets, starts in this packet. */
    public boolean keyframeStart() {
        return keyframeStart;
    }

    /** Returns the monotonic arrival time, comparable within this process only. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /** Returns the wall clock at arrival, microseconds since 1970. */
    public long arrivalMicros() {
        return arrivalMicros;
    }

    /** Returns the epoch of the publisher; grows with every publisher of the stream. */
    public long epoch() {
        return epoch;
    }

    /** Returns the length of the payload in bytes; zero for a packet that only pads. */
    public int payloadLength() {
        return payload.length;
    }

    /** Copies the payload to {@code target} from {@code offset} on. */
    public void copyPayload(byte[] target, int offset) {
        System.arraycopy(payload, 0, target, offset, payload.length);
    }

    /** Returns a read-only view of the payload. */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    @Override
    public String toString() {
        return "RelayPacket[track=" + trackIndex + (rid.isEmpty() ? "" : " rid=" + rid) + " sequence="
                + extendedSequence + " timestamp=" + extendedTimestamp + " bytes=" + payload.length
                + (keyframeStart ? " key" : "") + "]";
    }

    /** Collects the fields of a packet; may be reused for the next one. One thread. */
    public static final class Builder {
        private MediaKind mediaKind;
        private int trackIndex;
        private String rid = "";
        private int payloadType;
        private int ssrc;
        private long extendedSequence;
        private long extendedTimestamp;
        private boolean marker;
        private boolean keyframeStart;
        private long arrivalNanos;
        private long arrivalMicros;
        private long epoch;
        private byte[] payload = EMPTY;

        private Builder(MediaKind kind) {
            this.mediaKind = kind;
        }

        /** Sets the kind again, when the builder is reused. */
        public Builder mediaKind(MediaKind value) {
            mediaKind = value;
            return this;
        }

        /** Sets {@link RelayPacket#trackIndex}. */
        public Builder trackIndex(int value) {
            trackIndex = value;
            return this;
        }

        /** Sets {@link RelayPacket#rid}. */
        public Builder rid(String value) {
            rid = value;
            return this;
        }

        /** Sets {@link RelayPacket#payloadType}. */
        public Builder payloadType(int value) {
            payloadType = value;
            return this;
        }

        /** Sets {@link RelayPacket#ssrc}. */
        public Builder ssrc(int value) {
            ssrc = value;
            return this;
        }

        /** Sets {@link RelayPacket#extendedSequence}. */
        public Builder extendedSequence(long value) {
            extendedSequence = value;
            return this;
        }

        /** Sets {@link RelayPacket#extendedTimestamp}. */
        public Builder extendedTimestamp(long value) {
            extendedTimestamp = value;
            return this;
        }

        /** Sets {@link RelayPacket#marker}. */
        public Builder marker(boolean value) {
            marker = value;
            return this;
        }

        /** Sets {@link RelayPacket#keyframeStart}. */
        public Builder keyframeStart(boolean value) {
            keyframeStart = value;
            return this;
        }

        /** Sets {@link RelayPacket#arrivalNanos} and {@link RelayPacket#arrivalMicros}. */
        public Builder arrival(long monotonicNanos, long wallMicros) {
            arrivalNanos = monotonicNanos;
            arrivalMicros = wallMicros;
            return this;
        }

        /** Sets {@link RelayPacket#epoch}. */
        public Builder epoch(long value) {
            epoch = value;
            return this;
        }

        /** Copies {@code position()..limit()} of {@code bytes}, which do not move. */
        public Builder payload(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(bytes.position(), copy);
            payload = copy;
            return this;
        }

        /** Copies {@code length} bytes from the absolute {@code index} on; the buffer does not move. */
        public Builder payload(ByteBuffer bytes, int index, int length) {
            byte[] copy = new byte[length];
            bytes.get(index, copy);
            payload = copy;
            return this;
        }

        /** Copies {@code bytes}. */
        public Builder payload(byte[] bytes) {
            payload = bytes.clone();
            return this;
        }

        /** Returns the packet; the payload set before belongs to it alone, so set another one before the next call. */
        public RelayPacket build() {
            RelayPacket packet = new RelayPacket(this, payload);
            payload = EMPTY;
            return packet;
        }
    }
}
