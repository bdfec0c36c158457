package dev.weir.standalone.logtools;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtp.RtpHeader;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A publisher that sends RTP packets exactly as it is given them: three simulcast layers of VP8 and one track of Opus. What the
 * server asks for again comes as it came first, so that a full socket buffer does not become a loss.
 */
final class RawPublisher implements AutoCloseable {
    static final int VP8 = 96;
    static final int OPUS = 98;
    static final int MID_EXTENSION = 1;
    static final int RID_EXTENSION = 4;
    static final List<String> RIDS = List.of("h", "m", "l");

    private static final int TAG_ROOM = 64;
    private static final int HISTORY = 1_024;
    private static final long AUDIO_SSRC = 0x0A0A_0A0A;

    private final EventLoop loop;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Long, byte[]> history = new HashMap<>();
    private final CompletableFuture<PeerTransport> connected = new CompletableFuture<>();
    private final URI session;

    RawPublisher(URI whip, EventLoop loop) throws Exception {
        this.loop = loop;
        IceCredentials credentials = IceCredentials.random();
        DtlsIdentity identity = DtlsIdentity.generate();
        LocalDescription local = new LocalDescription(
                credentials.ufrag(), credentials.password(), identity.fingerprint(), List.of(), false, false);
        ClientOffer offer = ClientOffer.publish(
                List.of(
                        new ClientMedia("video", List.of(new CodecFormat("VP8", 90_000, 1, "")), 1, 2),
                        new ClientMedia("audio", List.of(new CodecFormat("opus", 48_000, 2, "")), AUDIO_SSRC, 0)),
                local);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(whip)
                        .header("Content-Type", "application/sdp")
                        .POST(HttpRequest.BodyPublishers.ofString(withSimulcast(offer.sdp())))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        session = whip.resolve(answer.headers().firstValue("Location").orElseThrow());
        RemotePeer remote = offer.readAnswer(answer.body()).remote();
        CompletableFuture<PeerTransport> made = new CompletableFuture<>();
        PeerTransport transport = new PeerTransport(
                TransportConfig.of(
                        IceRole.CONTROLLING,
                        credentials,
                        new IceCredentials(remote.iceUfrag(), remote.icePwd()),
                        remote.localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                        identity,
                        remote.fingerprint(),
                        loop.handshakeExecutor()),
                new Listener(made));
        made.complete(transport);
        remote.candidates().forEach(transport::addRemoteCandidate);
        loop.registerClient(transport);
        connected.get(20, TimeUnit.SECONDS);
    }

    /** Replaces the sources of the video by layers that header extensions tell apart (RFC 8853). */
    private static String withSimulcast(String sdp) {
        int video = sdp.indexOf("m=video");
        int audio = sdp.indexOf("m=audio");
        String section = sdp.substring(video, audio).replaceAll("a=ssrc[^\r]*\r\n", "");
        StringBuilder layers =
                new StringBuilder("a=extmap:" + RID_EXTENSION + " urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n");
        RIDS.forEach(rid -> layers.append("a=rid:").append(rid).append(" send\r\n"));
        layers.append("a=simulcast:send ").append(String.join(";", RIDS)).append("\r\n");
        return sdp.substring(0, video) + section + layers + sdp.substring(audio);
    }

    static int audioSsrc() {
        return (int) AUDIO_SSRC;
    }

    /** Sends a packet; any thread, in order. */
    void send(byte[] packet) {
        loop.execute(() -> {
            ByteBuffer view = ByteBuffer.wrap(packet);
            int sequence = RtpHeader.sequenceNumber(view);
            history.put(key(RtpHeader.ssrc(view), sequence), packet);
            history.remove(key(RtpHeader.ssrc(view), (sequence - HISTORY) & 0xFFFF));
            transmit(packet);
        });
    }

    private void transmit(byte[] packet) {
        ByteBuffer buffer = ByteBuffer.allocate(packet.length + TAG_ROOM);
        connected.join().sendRtp(buffer.put(packet).flip(), loop.nowNanos());
    }

    private static long key(int ssrc, int sequence) {
        return (long) ssrc << 16 | sequence;
    }

    /** Waits until all packets given so far have left. */
    void flush() throws Exception {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        loop.execute(() -> passed.complete(null));
        passed.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        try {
            http.send(HttpRequest.newBuilder(session).DELETE().build(), HttpResponse.BodyHandlers.discarding());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.execute(() -> connected.join().close(new CloseReason.Requested("done"), loop.nowNanos()));
    }

    private final class Listener implements TransportListener, RtcpHandler {
        private final CompletableFuture<PeerTransport> transport;

        Listener(CompletableFuture<PeerTransport> transport) {
            this.transport = transport;
        }

        @Override
        public void onState(TransportState state, long nowNanos) {
            if (state == TransportState.CONNECTED) {
                connected.complete(transport.join());
            }
        }

        @Override
        public void onRtp(ByteBuffer plainPacket, long nowNanos) {
            // A publisher asked for nothing.
        }

        @Override
        public void onRtcp(ByteBuffer plainCompound, long nowNanos) {
            RtcpReader.read(plainCompound, this);
        }

        @Override
        public void onClosed(CloseReason reason, long nowNanos) {
            connected.completeExceptionally(new IllegalStateException(reason.describe()));
        }

        @Override
        public void onNack(int mediaSsrc, int sequenceNumber) {
            byte[] packet = history.get(key(mediaSsrc, sequenceNumber));
            if (packet != null) {
                transmit(packet);
            }
        }
    }
}
