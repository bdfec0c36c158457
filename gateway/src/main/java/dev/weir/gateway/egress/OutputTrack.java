package dev.weir.gateway.egress;

import dev.weir.gateway.congestion.BandwidthEstimator;
import dev.weir.gateway.relay.PacketsAhead;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One m-line of a viewer: its SSRC, payload type, numbering and history. On the viewer's loop. */
final class OutputTrack {
    /** Payloads above this are none that a network path carries. */
    private static final int MAX_PAYLOAD = 1_600;

    private static final int FILLER_BYTES = 4;
    private static final int PADDING_BIT = 0x20;

    final String mid;
    final MediaKind kind;
    final int ssrc;
    final TrackCounters counters = new TrackCounters();
    final LayerFilter filter = new LayerFilter();
    final Retransmitter repeats;
    private final NegotiatedMedia media;
    private final TimeLine line;
    private final Wire wire;
    private final ByteBuffer scratch;
    private OutputFormat format;
    private final PayloadRewriter rewriter;

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

    /** Set while the rest of a begun picture is still to be sent before nothing is shown up to a keyframe. */
    private boolean cut;

    private long lastTimestamp;
    private long lastArrivalMicros;
    private @Nullable RelayPacket last;
    private @Nullable PacketsAhead ahead;

    OutputTrack(int index, NegotiatedMedia media, int firstSequence, Wire wire) {
        Map.Entry<Integer, CodecFormat> codec =
                media.payloadTypes().entrySet().iterator().next();
        this.media = media;
        this.mid = media.mid();
        this.kind = media.kind().equals("audio") ? MediaKind.AUDIO : MediaKind.VIDEO;
        this.format = OutputFormat.of(media, codec.getKey(), codec.getValue());
        this.ssrc = media.ssrcs().get(0).intValue();
        this.sourceIndex = media.trackIndex();
        this.line = new TimeLine(format.clockRateHz(), firstSequence);
        this.wire = wire;
        this.scratch = wire.packetBuffer();
        this.awaitsKeyframe = kind == MediaKind.VIDEO;
        int extension = media.extensionIds().getOrDefault(ExtensionUri.DEPENDENCY_DESCRIPTOR, -1);
        this.rewriter = new PayloadRewriter(format, kind == MediaKind.VIDEO ? extension : -1, wire);
        int rtxSsrc = media.rtxSsrcs().isEmpty()
                ? 0
                : media.rtxSsrcs().keySet().iterator().next().intValue();
        this.repeats = new Retransmitter(index, rtxSsrc, kind, format, line, rewriter, wire, counters);
    }

    /** Returns the codec that is sent, or will be. */
    CodecFormat codec() {
        return format.codec();
    }

    int clockRateHz() {
        return format.clockRateHz();
    }

    /** Returns whether the viewer reports on transport-wide numbers. */
    boolean hasTransportFeedback() {
        return format.transportExtension() >= 0;
    }

    /** Returns whether the viewer decodes {@code published}. */
    boolean canShow(CodecFormat published) {
        return media.payloadTypeFor(published).isPresent();
    }

    /**
     * Sends {@code track} from now on, which it {@link #canShow}; returns whether that is in another codec than before. Nothing of the former one goes out any more, not even a repair.
     */
    boolean show(RelayTrack track) {
        CodecFormat published = track.format();
        int descriptor = track.extensionIds().getOrDefault(ExtensionUri.DEPENDENCY_DESCRIPTOR, -1);
        rewriter.descriptorSource(published.isNamed("AV1") ? descriptor : -1);
        int payloadType = media.payloadTypeFor(published).orElse(format.payloadType());
        if (payloadType == format.payloadType()) {
            return false;
        }
        format = OutputFormat.of(media, payloadType, media.payloadTypes().getOrDefault(payloadType, published));
        line.clockRate(format.clockRateHz());
        rewriter.change(format);
        repeats.change(format);
        last = null;
        ahead = null;
        cut = false;
        awaitsKeyframe = kind == MediaKind.VIDEO;
        return true;
    }

    /** Returns whether {@code packet} may come to be shown: it is of the layer in use or of the next one. */
    boolean concerns(RelayPacket packet) {
        return packet.rid().equals(rid)
                || packet.rid().equals(wantedRid)
                || (rid.isEmpty() && wantedRid.isEmpty() && packet.keyframeStart());
    }

    /** Returns whether the layer that is to be shown next begins with {@code packet}. */
    boolean isChange(RelayPacket packet) {
        return packet.keyframeStart()
                && !packet.rid().equals(rid)
                && packet.rid().equals(wantedRid);
    }

    /** Sends {@code packet} if it is to be shown; returns whether it went out. */
    boolean send(RelayPacket packet, long nowNanos) {
        return send(packet, packet.extendedTimestamp(), nowNanos);
    }

    /** Sends {@code packet} under another time stamp of its source's numbering, because it is late by intent. */
    boolean send(RelayPacket packet, long extendedTimestamp, long nowNanos) {
        if (packet.payloadLength() > MAX_PAYLOAD || !select(packet)) {
            return false;
        }
        if (kind == MediaKind.VIDEO && !filter.admits(packet)) {
            leaveOut(packet, nowNanos);
            return false;
        }
        if (!packet.parameterSets().isEmpty()) {
            sendParameterSets(packet, line.timestamp(extendedTimestamp), nowNanos);
        }
        long sequence = line.sequence(packet);
        boolean written =
                sequence != Renumbering.NOWHERE && write(packet, sequence, line.timestamp(extendedTimestamp), nowNanos);
        if (ahead != null && packet.keyframeStart() && rid.equals(wantedRid)) {
            sendAhead(packet, nowNanos);
        }
        return written;
    }

    private void sendParameterSets(RelayPacket keyframe, long timestamp, long nowNanos) {
        for (RelayPacket set : keyframe.parameterSets()) {
            long sequence = line.insert(keyframe);
            if (sequence != Renumbering.NOWHERE) {
                boolean unused = write(set, sequence, timestamp, nowNanos);
            }
        }
    }

    /** The start of the keyframe was late: what came before it is shown after it. */
    private void sendAhead(RelayPacket start, long nowNanos) {
        PacketsAhead kept = ahead;
        ahead = null;
        if (kept != null) {
            for (RelayPacket packet : kept.takeAfter(start)) {
                boolean unused = send(packet, nowNanos);
            }
        }
    }

    private void keepAhead(RelayPacket packet) {
        PacketsAhead kept = ahead;
        if (kept == null) {
            kept = new PacketsAhead();
            ahead = kept;
        }
        kept.add(packet);
    }

    /** Follows the right source and layer; returns whether {@code packet} is of it. */
    private boolean select(RelayPacket packet) {
        if (layered && rid.isEmpty() && wantedRid.isEmpty() && packet.keyframeStart()) {
            // Nothing is measured yet: better any layer than none.
            wantedRid = packet.rid();
        }
        if (!packet.rid().equals(rid)) {
            if (!packet.rid().equals(wantedRid)) {
                return false;
            }
            if (!packet.keyframeStart()) {
                keepAhead(packet);
                return false;
            }
            rid = packet.rid();
        }
        boolean follows = line.follows(packet);
        if (!follows && line.hasBegun() && packet.epoch() < line.epoch()) {
            return false;
        }
        if (kind == MediaKind.AUDIO) {
            if (!follows) {
                line.follow(packet);
            }
            return true;
        }
        if (!follows) {
            awaitsKeyframe = true;
        } else if (cut && (last == null || packet.extendedTimestamp() != last.extendedTimestamp())) {
            cut = false;
            awaitsKeyframe = true;
        }
        if (awaitsKeyframe) {
            if (!packet.keyframeStart()) {
                keepAhead(packet);
                return false;
            }
            awaitsKeyframe = false;
            line.follow(packet);
            rewriter.follow(packet);
            filter.restart();
        }
        return true;
    }

    /** A layer that is not for this viewer: the next packet takes its number; a number that is gone is filled. */
    private void leaveOut(RelayPacket packet, long nowNanos) {
        rewriter.skip(packet);
        long sequence = line.skip(packet);
        if (sequence != Renumbering.NOWHERE) {
            wire.header(
                    scratch, false, format.payloadType(), sequence, lastTimestamp, ssrc, format.transportExtension());
            scratch.put(0, (byte) (scratch.get(0) | PADDING_BIT));
            scratch.putInt(FILLER_BYTES).flip();
            boolean unused = wire.send(scratch, 0, format.transportExtension(), BandwidthEstimator.NO_MARK, nowNanos);
        }
    }

    private boolean write(RelayPacket packet, long sequence, long timestamp, long nowNanos) {
        boolean marker = kind == MediaKind.VIDEO ? filter.marker(packet) : packet.marker();
        int numbers = kind == MediaKind.VIDEO ? rewriter.numbers(packet) : PictureNumbers.AS_IT_IS;
        rewriter.describe(packet, numbers);
        int extension = format.transportExtension();
        int red = format.redPayloadType();
        wire.header(scratch, marker, red < 0 ? format.payloadType() : red, sequence, timestamp, ssrc, extension);
        int repeated = rewriter.repeat(scratch, format, sequence, timestamp, packet);
        rewriter.put(scratch, packet, numbers);
        int mark = repeats.mark(sequence);
        if (!wire.send(scratch, repeated + packet.payloadLength(), extension, mark, nowNanos)) {
            return false;
        }
        line.onSent(packet, sequence);
        counters.onSent(packet, marker, nowNanos);
        lastTimestamp = timestamp;
        lastArrivalMicros = packet.arrivalMicros();
        last = packet;
        repeats.onSent(sequence, timestamp, packet, marker, numbers, nowNanos);
        return true;
    }

    /** Returns whether the viewer is told the layers of AV1 by dependency descriptors. */
    boolean isDescribed() {
        return rewriter.isDescribed();
    }

    /** Shows nothing between the picture that is under way and the next keyframe. */
    void cut() {
        cut = unfinished() != null;
        awaitsKeyframe |= !cut;
    }

    /** Returns whether nothing is shown before a keyframe, but for the rest of the picture that is under way. */
    boolean needsKeyframe() {
        return awaitsKeyframe || cut;
    }

    /** Returns the packet sent last when it did not end its picture, else null. */
    @Nullable
    RelayPacket unfinished() {
        RelayPacket packet = last;
        return packet == null || packet.marker() ? null : packet;
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
        SourceReport known = report;
        return known != null && known.epoch() == line.epoch() && line.hasBegun() ? known : null;
    }
}
