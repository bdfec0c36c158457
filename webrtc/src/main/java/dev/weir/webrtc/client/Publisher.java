package dev.weir.webrtc.client;

import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.RtcpWriter;
import dev.weir.webrtc.rtcp.TransportFeedback;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The loop side of a {@link WhipClient}; only {@link #send} and {@link #stats} may be called from other threads. */
final class Publisher implements ClientConnection.Media, RtcpHandler {
    /** Packets that wait for the loop; beyond it new ones are dropped. */
    private static final int MAX_WAITING = 8_192;

    private static final int MAX_PACKET_LENGTH = 2_048;
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final List<ClientMedia> offered;
    private final EventLoop loop;
    private final WhipListener listener;
    private final int firstSequence;
    private final List<@Nullable PublishedTrack> tracks = new ArrayList<>();
    private final ByteBuffer packetBuffer = ByteBuffer.allocate(MAX_PACKET_LENGTH);
    private final AtomicInteger waiting = new AtomicInteger();

    private final LongAdder packetsSent = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder packetsDropped = new LongAdder();
    private final LongAdder packetsRequested = new LongAdder();
    private final LongAdder packetsRetransmitted = new LongAdder();
    private final LongAdder keyframeRequests = new LongAdder();
    private final LongAdder packetsReported = new LongAdder();
    private final LongAdder packetsReportedLost = new LongAdder();

    private byte[] cname = new byte[0];
    private int lastTransportSequence;
    private volatile @Nullable PeerTransport transport;

    Publisher(List<ClientMedia> offered, EventLoop loop, WhipListener listener, int firstSequence) {
        this.offered = offered;
        this.loop = loop;
        this.listener = listener;
        this.firstSequence = firstSequence;
    }

    void setCname(String name) {
        cname = name.getBytes(StandardCharsets.UTF_8);
    }

    Publisher negotiated(List<NegotiatedMedia> media) {
        for (int i = 0; i < media.size(); i++) {
            ClientMedia ours = offered.get(i);
            tracks.add(
                    media.get(i).rejected()
                            ? null
                            : new PublishedTrack(media.get(i), (int) ours.ssrc(), (int) ours.rtxSsrc(), firstSequence));
        }
        return this;
    }

    boolean send(int index, SentPacket packet) {
        PublishedTrack track = tracks.get(index);
        PeerTransport connected = transport;
        if (track == null || connected == null || waiting.get() >= MAX_WAITING) {
            packetsDropped.increment();
            return false;
        }
        if (loop.inLoop()) {
            transmit(connected, track, packet);
        } else {
            waiting.incrementAndGet();
            loop.execute(() -> {
                waiting.decrementAndGet();
                transmit(connected, track, packet);
            });
        }
        return true;
    }

    private void transmit(PeerTransport connected, PublishedTrack track, SentPacket packet) {
        long nowNanos = loop.nowNanos();
        boolean first = !track.hasSent();
        track.write(packet, transportSequence(track), packetBuffer, nowNanos);
        if (!connected.sendRtp(packetBuffer, nowNanos)) {
            packetsDropped.increment();
            return;
        }
        packetsSent.increment();
        bytesSent.add(packet.payload().length);
        if (first && !track.isReportedByCaller()) {
            report(connected, track, nowNanos); // Receivers can align the tracks from the start.
        }
    }

    private int transportSequence(PublishedTrack track) {
        if (track.isNumberedTransportWide()) {
            lastTransportSequence = (lastTransportSequence + 1) & 0xFFFF;
        }
        return lastTransportSequence;
    }

    /** Sends a sender report with the caller's clock relation, and no others for this track from now on. */
    void report(int index, long ntpTimestamp, long rtpTimestamp) {
        PublishedTrack track = tracks.get(index);
        PeerTransport connected = transport;
        if (track == null || connected == null) {
            return;
        }
        loop.execute(() -> {
            track.writeReport(packetBuffer, cname, ntpTimestamp, rtpTimestamp);
            connected.sendRtcp(packetBuffer, loop.nowNanos());
        });
    }

    WhipStats stats() {
        return new WhipStats(
                packetsSent.sum(),
                bytesSent.sum(),
                packetsDropped.sum(),
                packetsRequested.sum(),
                packetsRetransmitted.sum(),
                keyframeRequests.sum(),
                packetsReported.sum(),
                packetsReportedLost.sum());
    }

    void sayGoodbye() {
        PeerTransport connected = transport;
        if (connected == null) {
            return;
        }
        for (PublishedTrack track : tracks) {
            if (track != null && track.hasSent()) {
                packetBuffer.clear();
                RtcpWriter.receiverReport(packetBuffer, track.ssrc(), 0);
                RtcpWriter.sdesCname(packetBuffer, track.ssrc(), cname);
                RtcpWriter.bye(packetBuffer, track.ssrc());
                connected.sendRtcp(packetBuffer.flip(), loop.nowNanos());
            }
        }
    }

    @Override
    public void onConnected(PeerTransport connected, long nowNanos) {
        transport = connected;
        listener.onConnected();
        loop.schedule(REPORT_INTERVAL_NANOS, () -> reportAll(connected));
    }

    private void reportAll(PeerTransport connected) {
        if (transport == null) {
            return;
        }
        for (PublishedTrack track : tracks) {
            if (track != null && track.hasSent() && !track.isReportedByCaller()) {
                report(connected, track, loop.nowNanos());
            }
        }
        loop.schedule(REPORT_INTERVAL_NANOS, () -> reportAll(connected));
    }

    private void report(PeerTransport connected, PublishedTrack track, long nowNanos) {
        // The loop's clock was read at the start of this turn; the wall clock has moved on since.
        long wallMicros = System.currentTimeMillis() * 1_000 - (System.nanoTime() - nowNanos) / 1_000;
        track.writeOwnReport(packetBuffer, cname, nowNanos, wallMicros);
        connected.sendRtcp(packetBuffer, nowNanos);
    }

    @Override
    public void onRtp(ByteBuffer packet, long nowNanos) {
        // A publisher asked for nothing; padding probes and the like are ignored.
    }

    @Override
    public void onRtcp(ByteBuffer compound, long nowNanos) {
        RtcpReader.read(compound, this);
    }

    @Override
    public void onClosed(CloseReason reason) {
        transport = null;
        listener.onClosed(reason.describe());
    }

    @Override
    public void onNack(int mediaSsrc, int sequenceNumber) {
        packetsRequested.increment();
        int index = indexOf(mediaSsrc);
        PeerTransport connected = transport;
        if (index < 0 || connected == null) {
            return;
        }
        PublishedTrack track = tracks.get(index);
        if (track != null
                && track.writeRetransmission(sequenceNumber, transportSequence(track), packetBuffer)
                && connected.sendRtp(packetBuffer, loop.nowNanos())) {
            packetsRetransmitted.increment();
        }
    }

    @Override
    public void onPli(int mediaSsrc) {
        requestKeyframe(mediaSsrc);
    }

    @Override
    public void onFir(int mediaSsrc, int commandSequence) {
        requestKeyframe(mediaSsrc);
    }

    @Override
    public void onTransportFeedback(TransportFeedback feedback) {
        packetsReported.add(feedback.packetCount());
        for (int i = 0; i < feedback.packetCount(); i++) {
            if (!feedback.isReceived(i)) {
                packetsReportedLost.increment();
            }
        }
    }

    @Override
    public void onRemb(long bitrateBps) {
        listener.onBitrateEstimate(bitrateBps);
    }

    private void requestKeyframe(int mediaSsrc) {
        int index = indexOf(mediaSsrc);
        if (index >= 0) {
            keyframeRequests.increment();
            listener.onKeyframeRequest(index);
        }
    }

    private int indexOf(int ssrc) {
        for (int i = 0; i < tracks.size(); i++) {
            PublishedTrack track = tracks.get(i);
            if (track != null && track.ssrc() == ssrc) {
                return i;
            }
        }
        return -1;
    }
}
