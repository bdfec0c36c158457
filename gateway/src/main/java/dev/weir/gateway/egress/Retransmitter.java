package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what one m-line of a viewer was sent and sends it again: by RTX (RFC 4588) where that was agreed on, otherwise the
 * protected packet itself. {@link Repairs} says what and when. On the viewer's loop.
 */
final class Retransmitter {
    private static final int HISTORY_VIDEO = 1024;
    private static final int HISTORY_AUDIO = 64;
    private static final int RTX_HEADER = 2;

    /** Place of the m-line among the viewer's. */
    private final int index;

    private final int ssrc;
    private final int capacity;
    private final TimeLine line;
    private final PayloadRewriter rewriter;
    private final Wire wire;
    private final ByteBuffer scratch;
    private final TrackCounters counters;
    private OutputFormat format;
    private @Nullable SentHistory history;
    private int sequence;

    /** Sends under {@code ssrc}, which no packet bears without RTX. */
    Retransmitter(
            int index,
            int ssrc,
            MediaKind kind,
            OutputFormat format,
            TimeLine line,
            PayloadRewriter rewriter,
            Wire wire,
            TrackCounters counters) {
        this.index = index;
        this.ssrc = ssrc;
        this.capacity = kind == MediaKind.VIDEO ? HISTORY_VIDEO : HISTORY_AUDIO;
        this.format = format;
        this.line = line;
        this.rewriter = rewriter;
        this.wire = wire;
        this.scratch = wire.packetBuffer();
        this.counters = counters;
    }

    /** Goes on in another codec: nothing of the former one goes out again. */
    void change(OutputFormat next) {
        format = next;
        history = null;
    }

    /** Returns the mark under which the packet with {@code outputSequence} is to be sent first. */
    int mark(long outputSequence) {
        return format.answersNack() ? Repairs.mark(index, outputSequence, false) : BandwidthEstimator.NO_MARK;
    }

    /** Keeps a packet that went out, if the viewer may ask for it; {@code scratch} holds it as it was sent. */
    void onSent(long outputSequence, long timestamp, RelayPacket packet, boolean marker, int numbers, long nowNanos) {
        if (!format.answersNack()) {
            return;
        }
        SentHistory present = history;
        if (present == null) {
            present = new SentHistory(capacity, !sendsCopies(), nowNanos);
            history = present;
        }
        present.add(outputSequence, timestamp, packet, marker, numbers, scratch);
    }

    /** Lets go of what was sent {@code ageNanos} ago or earlier. */
    void forget(long ageNanos, long nowNanos) {
        SentHistory sent = history;
        if (sent != null) {
            sent.forget(ageNanos, nowNanos);
        }
    }

    /** Returns whether repairs are packets of their own, so that the viewer tells one copy from another. */
    boolean sendsCopies() {
        return format.rtxPayloadType() >= 0;
    }

    /** Returns whether a packet is remembered and was not sent again less than {@code quietNanos} ago. */
    boolean isDue(int sequenceNumber, long quietNanos, long nowNanos) {
        SentHistory sent = history;
        int slot = slot(sequenceNumber);
        return sent != null && slot >= 0 && sent.isDue(slot, quietNanos, nowNanos);
    }

    /** Returns whether a packet is remembered, not known to have come, and was not sent again after {@code sentNanos}. */
    boolean isMissing(int sequenceNumber, long sentNanos) {
        SentHistory sent = history;
        int slot = slot(sequenceNumber);
        return sent != null && slot >= 0 && sent.isMissing(slot, sentNanos);
    }

    /** Notes that a repair of a packet came, or itself after all. */
    void onArrived(int sequenceNumber) {
        SentHistory sent = history;
        int slot = slot(sequenceNumber);
        if (sent != null && slot >= 0) {
            sent.onArrived(slot);
        }
    }

    /** Notes that a packet will be sent again at {@code atNanos}. */
    void onPlanned(int sequenceNumber, long atNanos) {
        SentHistory sent = history;
        int slot = slot(sequenceNumber);
        if (sent != null && slot >= 0) {
            sent.onRepeat(slot, atNanos);
        }
    }

    private int slot(int sequenceNumber) {
        SentHistory sent = history;
        return sent == null ? -1 : sent.find(line.nearest(sequenceNumber));
    }

    /** Sends a packet again; returns its payload bytes, 0 when it is not remembered or did not go out. */
    int resend(int sequenceNumber, long nowNanos) {
        SentHistory sent = history;
        int slot = slot(sequenceNumber);
        if (sent == null || slot < 0) {
            return 0;
        }
        sent.onRepeat(slot, nowNanos);
        RelayPacket packet = sent.packet(slot);
        boolean resent;
        if (sendsCopies()) {
            resent = sendRepair(sent, slot, Repairs.mark(index, sent.sequence(slot), true), nowNanos);
        } else {
            sent.copyProtected(slot, scratch);
            resent = wire.sendAgain(scratch, packet.payloadLength(), nowNanos);
        }
        if (resent) {
            counters.onResent(packet);
        }
        return resent ? packet.payloadLength() : 0;
    }

    private boolean sendRepair(SentHistory sent, int slot, int mark, long nowNanos) {
        RelayPacket packet = sent.packet(slot);
        rewriter.describe(packet, sent.numbers(slot));
        int extension = format.transportExtension();
        wire.header(
                scratch, sent.marker(slot), format.rtxPayloadType(), sequence++, sent.timestamp(slot), ssrc, extension);
        scratch.putShort((short) sent.sequence(slot));
        rewriter.put(scratch, packet, sent.numbers(slot));
        return wire.send(scratch, RTX_HEADER + packet.payloadLength(), extension, mark, nowNanos);
    }

    /**
     * Sends the {@code back}-th last packet once more as a repair that nobody asked for, to see what the path carries;
     * returns whether there is such a packet and a format for it.
     */
    boolean probe(int back, long nowNanos) {
        SentHistory sent = history;
        if (sent == null || !sendsCopies() || format.transportExtension() < 0) {
            return false;
        }
        int slot = sent.back(back);
        return slot >= 0 && sendRepair(sent, slot, BandwidthEstimator.NO_MARK, nowNanos);
    }
}
