package dev.weir.gateway.relay;

import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds one RTP packet of a stream: payload and header fields, and what the log keeps beside them (CSRCs, header
 * extension, padding). Immutable, with private bytes in one array, so it may cross threads.
 */
public final class RelayPacket {
    private static final byte[] EMPTY = new byte[0];
    private static final ByteBuffer NONE = ByteBuffer.wrap(EMPTY).asReadOnlyBuffer();

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
    private final long picture;
    private final List<RelayPacket> parameterSets;
    /** CSRCs, header extension block, payload, padding. */
    private final byte[] bytes;

    private final int csrcCount;
    private final int payloadOffset;
    private final int payloadLength;

    private RelayPacket(Builder from) {
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
        this.picture = from.picture;
        this.parameterSets = from.parameterSets;
        this.bytes = from.bytes;
        this.csrcCount = from.csrcCount;
        this.payloadOffset = from.payloadOffset;
        this.payloadLength = from.payloadLength;
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

    /** Returns whether the same source sent this packet after {@code other}. */
    public boolean isAfter(RelayPacket other) {
        return epoch == other.epoch && ssrc == other.ssrc && extendedSequence > other.extendedSequence;
    }

    /** Returns the layers and picture numbers that the packet tells, a {@code PictureInfo}; 0 = nothing known. */
    public long picture() {
        return picture;
    }

    /**
     * Returns packets of the same time that a viewer needs before this one and that the publisher did not send with it: the
     * parameter sets of a keyframe without any. They have no sequence number of their own; empty as a rule.
     */
    public List<RelayPacket> parameterSets() {
        return parameterSets;
    }

    /** Returns the length of the payload in bytes; zero for a packet that only pads. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Copies the payload to {@code target} from {@code offset} on. */
    public void copyPayload(byte[] target, int offset) {
        System.arraycopy(bytes, payloadOffset, target, offset, payloadLength);
    }

    /** Returns a read-only view of the payload. */
    public ByteBuffer payload() {
        return view(payloadOffset, payloadLength);
    }

    /** Returns the bytes that this packet holds: CSRCs, header extension, payload and padding. */
    public int heldBytes() {
        return bytes.length;
    }

    /** Returns the contributing sources, raw bits. */
    public List<Integer> csrcs() {
        if (csrcCount == 0) {
            return List.of();
        }
        List<Integer> csrcs = new ArrayList<>(csrcCount);
        ByteBuffer view = ByteBuffer.wrap(bytes);
        for (int i = 0; i < csrcCount; i++) {
            csrcs.add(view.getInt(4 * i));
        }
        return csrcs;
    }

    /**
     * Returns a read-only view of the header extension block as received, its first four bytes included (RFC 3550
     * section 5.3.1); empty without one. On a packet that came by retransmission it is that of the retransmission.
     */
    public ByteBuffer headerExtension() {
        return view(4 * csrcCount, payloadOffset - 4 * csrcCount);
    }

    /** Returns the length of {@link #headerExtension} in bytes. */
    public int headerExtensionLength() {
        return payloadOffset - 4 * csrcCount;
    }

    /** Copies {@link #headerExtension} to {@code target} from {@code offset} on. */
    public void copyHeaderExtension(byte[] target, int offset) {
        System.arraycopy(bytes, 4 * csrcCount, target, offset, headerExtensionLength());
    }

    /** Returns a read-only view of the padding as received; empty without. */
    public ByteBuffer padding() {
        int start = payloadOffset + payloadLength;
        return view(start, bytes.length - start);
    }

    private ByteBuffer view(int offset, int length) {
        return length == 0
                ? NONE
                : ByteBuffer.wrap(bytes, offset, length).slice().asReadOnlyBuffer();
    }

    @Override
    public String toString() {
        return "RelayPacket[track=" + trackIndex + (rid.isEmpty() ? "" : " rid=" + rid) + " sequence="
                + extendedSequence + " timestamp=" + extendedTimestamp + " bytes=" + payloadLength
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
        private long picture;
        private List<RelayPacket> parameterSets = List.of();
        private byte[] bytes = EMPTY;
        private int csrcCount;
        private int payloadOffset;
        private int payloadLength;

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

        /** Sets {@link RelayPacket#picture}. */
        public Builder picture(long value) {
            picture = value;
            return this;
        }

        /** Sets {@link RelayPacket#parameterSets}; the list is not copied. */
        public Builder parameterSets(List<RelayPacket> value) {
            parameterSets = value;
            return this;
        }

        /** Copies {@code position()..limit()} of {@code payload}, which do not move; no CSRCs, extension, padding. */
        public Builder payload(ByteBuffer payload) {
            byte[] copy = new byte[payload.remaining()];
            payload.get(payload.position(), copy);
            return held(copy, 0, 0, copy.length);
        }

        /** Copies {@code payload}; no CSRCs, extension, padding. */
        public Builder payload(byte[] payload) {
            return held(payload.clone(), 0, 0, payload.length);
        }

        /**
         * Copies CSRCs, header extension and padding of a valid RTP packet, and of it as payload {@code length} bytes
         * from the absolute {@code index} on; the buffer does not move.
         */
        public Builder received(ByteBuffer packet, int index, int length) {
            int header = RtpHeader.headerLength(packet) - RtpHeader.FIXED_LENGTH;
            int padding = RtpHeader.paddingLength(packet);
            byte[] copy = new byte[header + length + padding];
            packet.get(packet.position() + RtpHeader.FIXED_LENGTH, copy, 0, header);
            packet.get(index, copy, header, length);
            packet.get(packet.limit() - padding, copy, header + length, padding);
            return held(copy, RtpHeader.csrcCount(packet), header, length);
        }

        private Builder held(byte[] content, int csrcs, int offset, int length) {
            bytes = content;
            csrcCount = csrcs;
            payloadOffset = offset;
            payloadLength = length;
            return this;
        }

        /** Returns the packet; the payload set before belongs to it alone, so set another one before the next call. */
        public RelayPacket build() {
            RelayPacket packet = new RelayPacket(this);
            held(EMPTY, 0, 0, 0);
            return packet;
        }
    }
}
