package dev.weir.gateway.egress;

import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One m-line of a viewer: its SSRC, payload type, numbering and history. On the viewer's loop. */
final class OutputTrack {
    /** Payloads above this are none that a network path carries. */
    private static final int MAX_PAYLOAD = 1_600;

    private static final int HISTORY_VIDEO = 1024;
    private static final int HISTORY_AUDIO = 64;
    private static final int RTX_HEADER = 2;

    final String mid;
    final MediaKind kind;
    final CodecFormat format;
    final int ssrc;
    private final int payloadType;
    private final int rtxPayloadType;
    private final int rtxSsrc;
    private final boolean answersNack;
    private final TimeLine line;
    private final MediaSink sink;
    private final ByteBuffer scratch = ByteBuffer.allocate(2_048);
    private @Nullable SentHistory history;
    private int rtxSequence;

    /** Index of the stream's track that this one shows in the present epoch, -1 = none that fits. */
    int sourceIndex;
    /** Layer that is shown, and the one to change to at its next keyframe; empty without simulcast. */
    String rid = "";

    String wantedRid = "";
    boolean layered;
    /** What the viewer asked for. */
    LayerChoice choice = LayerChoice.AUTO;

    boolean awaitsKeyframe;

    @Nullable
    SourceReport report;

    long packetsSent;
    long octetsSent;
    /** As the viewer's last receiver report says; never negative. */
    long reportedLost;

    private long lastTimestamp;
    private long lastArrivalMicros;

    OutputTrack(NegotiatedMedia media, int firstSequence, MediaSink sink) {
        Map.Entry<Integer, CodecFormat> codec =
                media.payloadTypes().entrySet().iterator().next();
        this.mid = media.mid();
        this.kind = media.kind().equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
        this.payloadType = codec.getKey();
        this.format = codec.getValue();
        this.ssrc = media.ssrcs().get(0).intValue();
        this.sourceIndex = media.trackIndex();
        this.answersNack = media.hasFeedback(payloadType, "nack");
        int rtx = -1;
        for (Map.Entry<Integer, Integer> entry : media.rtxPayloadTypes().entrySet()) {
            rtx = entry.getValue() == payloadType ? entry.getKey() : rtx;
        }
        this.rtxPayloadType = media.rtxSsrcs().isEmpty() ? -1 : rtx;
        this.rtxSsrc = media.rtxSsrcs().isEmpty()
                ? 0
                : media.rtxSsrcs().keySet().iterator().next().intValue();
        this.line = new TimeLine(Math.max(1, format.clockRateHz()), firstSequence);
        this.sink = sink;
        this.awaitsKeyframe = kind == MediaKind.VIDEO;
    }

    int clockRateHz() {
        return Math.max(1, format.clockRateHz());
    }

    /** Returns whether {@code candidate} is a format that this viewer decodes under its payload type. */
    boolean canShow(CodecFormat candidate) {
        return candidate.encodingName().equalsIgnoreCase(format.encodingName())
                && candidate.clockRateHz() == format.clockRateHz();
    }

    /** Sends {@code packet} if it is to be shown; returns whether it went out. */
    boolean send(RelayPacket packet, long nowNanos) {
        return send(packet, packet.extendedTimestamp(), nowNanos);
    }

    /** Sends {@code packet} under another time stamp of its source's numbering, because it is late by intent. */
    boolean send(RelayPacket packet, long extendedTimestamp, long nowNanos) {
        return packet.payloadLength() <= MAX_PAYLOAD
                && select(packet)
                && write(packet, line.timestamp(extendedTimestamp), nowNanos);
    }

    /** Follows the right source and layer; returns whether {@code packet} is of it. */
    private boolean select(RelayPacket packet) {
        if (!packet.rid().equals(rid)) {
            if (!packet.rid().equals(wantedRid) || !packet.keyframeStart()) {
                return false;
            }
            rid = packet.rid();
        }
        if (!line.follows(packet)) {
            if (line.hasBegun() && packet.epoch() < line.epoch()) {
                return false;
            }
            awaitsKeyframe = kind == MediaKind.VIDEO;
            if (awaitsKeyframe && !packet.keyframeStart()) {
                return false;
            }
            line.follow(packet);
        }
        if (awaitsKeyframe && packet.keyframeStart()) {
            awaitsKeyframe = false;
        }
        return !awaitsKeyframe && !line.isBeforeStart(packet);
    }

    private boolean write(RelayPacket packet, long timestamp, long nowNanos) {
        long sequence = line.sequence(packet);
        scratch.clear();
        RtpHeader.write(scratch, packet.marker(), payloadType, (int) sequence & 0xFFFF, timestamp, ssrc);
        packet.copyPayload(scratch.array(), scratch.arrayOffset() + scratch.position());
        scratch.position(scratch.position() + packet.payloadLength()).flip();
        if (!sink.sendRtp(scratch, nowNanos)) {
            return false;
        }
        line.onSent(packet);
        packetsSent++;
        octetsSent += packet.payloadLength();
        lastTimestamp = timestamp;
        lastArrivalMicros = packet.arrivalMicros();
        if (answersNack) {
            history().add(sequence, timestamp, packet, scratch, nowNanos);
        }
        return true;
    }

    private SentHistory history() {
        SentHistory present = history;
        if (present == null) {
            present = new SentHistory(kind == MediaKind.VIDEO ? HISTORY_VIDEO : HISTORY_AUDIO, rtxPayloadType < 0);
            history = present;
        }
        return present;
    }

    /** Answers a NACK; returns the payload bytes sent again, -1 when the packet is not there any more. */
    int resend(int sequenceNumber, long nowNanos) {
        SentHistory sent = history;
        if (sent == null) {
            return -1;
        }
        int slot = sent.find(line.nearest(sequenceNumber), nowNanos);
        if (slot < 0) {
            return -1;
        }
        RelayPacket packet = sent.packet(slot);
        if (rtxPayloadType < 0) {
            sent.copyProtected(slot, scratch);
            return scratch.hasRemaining() && sink.resendRtp(scratch, nowNanos) ? packet.payloadLength() : -1;
        }
        scratch.clear();
        RtpHeader.write(
                scratch, packet.marker(), rtxPayloadType, rtxSequence++ & 0xFFFF, sent.timestamp(slot), rtxSsrc);
        scratch.putShort((short) sequenceNumber);
        packet.copyPayload(scratch.array(), scratch.arrayOffset() + scratch.position());
        scratch.position(RtpHeader.FIXED_LENGTH + RTX_HEADER + packet.payloadLength())
                .flip();
        return sink.sendRtp(scratch, nowNanos) ? packet.payloadLength() : -1;
    }

    /** Returns the output timestamp that belongs to {@code extendedTimestamp} of the followed source. */
    long outputTimestamp(long extendedTimestamp) {
        return line.timestamp(extendedTimestamp);
    }

    long lastTimestamp() {
        return lastTimestamp;
    }

    long lastArrivalMicros() {
        return lastArrivalMicros;
    }

    /** Returns the publisher's report if it speaks of what is shown now, else null. */
    @Nullable
    SourceReport currentReport() {
        SourceReport last = report;
        return last != null && last.epoch() == line.epoch() && line.hasBegun() ? last : null;
    }
}
