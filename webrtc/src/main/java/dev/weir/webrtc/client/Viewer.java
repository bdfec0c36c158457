package dev.weir.webrtc.client;

import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The loop side of a {@link WhepClient}; only {@link #stats} may be called from other threads. */
final class Viewer implements ClientConnection.Media, RtcpHandler {
    private static final int PAYLOAD_TYPES = 128;
    private static final int MAX_PACKET_LENGTH = 4_096;
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NACK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EventLoop loop;
    private final WhepListener listener;
    private final int ownSsrc;
    private final long startNanos;
    private final ByteBuffer rtcpBuffer = ByteBuffer.allocate(MAX_PACKET_LENGTH);
    private final ByteBuffer repairedBuffer = ByteBuffer.allocate(MAX_PACKET_LENGTH);

    /** Payload types are ours to assign, one each in the whole session, so they tell the track. */
    private final @Nullable ViewedTrack[] trackOfPayloadType = new ViewedTrack[PAYLOAD_TYPES];

    private final int[] repairedPayloadType = new int[PAYLOAD_TYPES];
    private ViewedTrack[] tracks = {};

    private final LongAdder packets = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder recovered = new LongAdder();
    private final LongAdder keyframeRequests = new LongAdder();
    private volatile long missing;
    private volatile long firstPacketNanos = -1;

    private byte[] cname = new byte[0];
    private @Nullable PeerTransport transport;
    private long nowNanos;
    private boolean asking;

    Viewer(EventLoop loop, WhepListener listener, int ownSsrc, long startNanos) {
        this.loop = loop;
        this.listener = listener;
        this.ownSsrc = ownSsrc;
        this.startNanos = startNanos;
        Arrays.fill(repairedPayloadType, -1);
    }

    void setCname(String name) {
        cname = name.getBytes(StandardCharsets.UTF_8);
    }

    Viewer negotiated(List<NegotiatedMedia> media) {
        tracks = new ViewedTrack[media.size()];
        for (int i = 0; i < media.size(); i++) {
            ViewedTrack track = new ViewedTrack(i);
            tracks[i] = track;
            for (int payloadType : media.get(i).payloadTypes().keySet()) {
                trackOfPayloadType[payloadType & 0x7F] = track;
            }
            for (Map.Entry<Integer, Integer> rtx :
                    media.get(i).rtxPayloadTypes().entrySet()) {
                repairedPayloadType[rtx.getKey() & 0x7F] = rtx.getValue();
            }
        }
        return this;
    }

    WhepStats stats() {
        return new WhepStats(
                packets.sum(),
                bytes.sum(),
                missing,
                duplicates.sum(),
                recovered.sum(),
                keyframeRequests.sum(),
                firstPacketNanos);
    }

    void requestKeyframe(int index) {
        PeerTransport connected = transport;
        ViewedTrack track = tracks[index];
        if (connected == null || !track.isKnown()) {
            return;
        }
        keyframeRequests.increment();
        rtcpBuffer.clear();
        RtcpWriter.receiverReport(rtcpBuffer, ownSsrc, 0);
        RtcpWriter.pli(rtcpBuffer, ownSsrc, track.ssrc());
        connected.sendRtcp(rtcpBuffer.flip(), loop.nowNanos());
    }

    @Override
    public void onConnected(PeerTransport connected, long connectedNanos) {
        transport = connected;
        listener.onConnected();
        loop.schedule(REPORT_INTERVAL_NANOS, () -> report(connected));
    }

    @Override
    public void onRtp(ByteBuffer packet, long arrivalNanos) {
        if (!RtpHeader.isValid(packet)) {
            return;
        }
        int repaired = repairedPayloadType[RtpHeader.payloadType(packet)];
        if (repaired < 0) {
            deliver(packet, RtpHeader.payloadType(packet), arrivalNanos);
        } else if (RtpHeader.payloadLength(packet) > 2) {
            restore(packet, repaired, arrivalNanos);
        }
    }

    /** Rebuilds the original of a retransmission (RFC 4588 section 4). */
    private void restore(ByteBuffer packet, int payloadType, long arrivalNanos) {
        ViewedTrack track = trackOfPayloadType[payloadType & 0x7F];
        if (track == null || !track.isKnown()) {
            return;
        }
        int header = RtpHeader.headerLength(packet);
        int length = RtpHeader.payloadLength(packet) - 2;
        int sequenceNumber = packet.getShort(packet.position() + header) & 0xFFFF;
        repairedBuffer.clear();
        RtpHeader.write(
                repairedBuffer,
                RtpHeader.marker(packet),
                payloadType,
                sequenceNumber,
                RtpHeader.timestamp(packet),
                track.ssrc());
        repairedBuffer.put(packet.slice(packet.position() + header + 2, length)).flip();
        if (deliver(repairedBuffer, payloadType, arrivalNanos)) {
            recovered.increment();
        }
    }

    private boolean deliver(ByteBuffer packet, int payloadType, long arrivalNanos) {
        ViewedTrack track = trackOfPayloadType[payloadType];
        if (track == null) {
            return false;
        }
        long formerHighest = track.isKnown() && track.ssrc() == RtpHeader.ssrc(packet) ? track.highest() : -1;
        long extended = track.accept(packet);
        if (extended < 0) {
            duplicates.increment();
            return false;
        }
        int length = RtpHeader.payloadLength(packet);
        packets.increment();
        bytes.add(length);
        if (firstPacketNanos < 0 && length > 0) {
            firstPacketNanos = System.nanoTime() - startNanos;
        }
        PeerTransport connected = transport;
        if (connected != null && formerHighest >= 0 && extended > formerHighest + 1) {
            boolean unused = ask(connected, track, Math.max(track.oldest(), formerHighest + 1));
            askAgainLater(connected);
        }
        if (extended != formerHighest + 1) {
            countMissing();
        }
        listener.onRtp(track.index(), packet, extended, arrivalNanos);
        return true;
    }

    /** Asks for what is missing from {@code first} on; false when there is nothing to ask for. */
    private boolean ask(PeerTransport connected, ViewedTrack track, long first) {
        long next = track.writeNack(rtcpBuffer, ownSsrc, first);
        boolean asked = next >= 0;
        while (next >= 0) {
            connected.sendRtcp(rtcpBuffer, loop.nowNanos());
            next = track.writeNack(rtcpBuffer, ownSsrc, next);
        }
        return asked;
    }

    /** What was asked for may be lost again, or held back by a server that bounds its repairs. */
    private void askAgainLater(PeerTransport connected) {
        if (!asking) {
            asking = true;
            loop.schedule(NACK_INTERVAL_NANOS, () -> askAgain(connected));
        }
    }

    private void askAgain(PeerTransport connected) {
        asking = false;
        boolean asked = false;
        for (ViewedTrack track : tracks) {
            asked |= transport != null && track.isKnown() && ask(connected, track, track.oldest());
        }
        if (asked) {
            askAgainLater(connected);
        }
    }

    private void countMissing() {
        long sum = 0;
        for (ViewedTrack track : tracks) {
            sum += track.missing();
        }
        missing = sum;
    }

    private void report(PeerTransport connected) {
        if (transport == null) {
            return;
        }
        int known = 0;
        for (ViewedTrack track : tracks) {
            known += track.isKnown() ? 1 : 0;
        }
        rtcpBuffer.clear();
        RtcpWriter.receiverReport(rtcpBuffer, ownSsrc, known);
        for (ViewedTrack track : tracks) {
            if (track.isKnown()) {
                track.writeReportBlock(rtcpBuffer, loop.nowNanos());
            }
        }
        RtcpWriter.sdesCname(rtcpBuffer, ownSsrc, cname);
        connected.sendRtcp(rtcpBuffer.flip(), loop.nowNanos());
        loop.schedule(REPORT_INTERVAL_NANOS, () -> report(connected));
    }

    @Override
    public void onRtcp(ByteBuffer compound, long arrivalNanos) {
        nowNanos = arrivalNanos;
        RtcpReader.read(compound, this);
    }

    @Override
    public void onSenderReport(int ssrc, long ntpTimestamp, long rtpTimestamp, long packetCount, long octetCount) {
        for (ViewedTrack track : tracks) {
            if (track.isKnown() && track.ssrc() == ssrc) {
                track.onSenderReport(ntpTimestamp, nowNanos);
            }
        }
    }

    @Override
    public void onClosed(CloseReason reason) {
        transport = null;
        listener.onClosed(reason.describe());
    }
}
