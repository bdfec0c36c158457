package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.rtcp.TransportFeedback;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.ExtensionUri;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What a publisher hears about its packets. */
class FeedbackTest {
    private static final long SSRC = 0x1234_5678L;
    private static final int LOST = 5;

    /** A publisher that writes its packets byte by byte. */
    private static final class Publisher implements TransportListener, RtcpHandler {
        private final Set<String> heard = ConcurrentHashMap.newKeySet();
        private volatile boolean connected;

        @Override
        public void onState(TransportState state, long nowNanos) {
            connected = state == TransportState.CONNECTED;
        }

        @Override
        public void onRtcp(ByteBuffer plainCompound, long nowNanos) {
            boolean unused = RtcpReader.read(plainCompound, this);
        }

        @Override
        public void onReportBlock(
                int reporterSsrc,
                int sourceSsrc,
                int fractionLost,
                int cumulativeLost,
                long extendedHighestSequence,
                long jitterTicks,
                long lastSr,
                long delaySinceLastSr) {
            heard.add("report of " + Integer.toUnsignedLong(sourceSsrc));
        }

        @Override
        public void onNack(int mediaSsrc, int sequenceNumber) {
            heard.add("nack of " + sequenceNumber);
        }

        @Override
        public void onPli(int mediaSsrc) {
            heard.add("pli of " + Integer.toUnsignedLong(mediaSsrc));
        }

        @Override
        public void onTransportFeedback(TransportFeedback feedback) {
            heard.add("transport-wide feedback");
        }
    }

    /** Returns a VP8 interframe of one packet, with a transport-wide sequence number (RFC 8285 one-byte header). */
    private static ByteBuffer packet(int payloadType, int sequence, int extensionId) {
        return ByteBuffer.allocate(64)
                .put((byte) 0x90)
                .put((byte) (0x80 | payloadType))
                .putShort((short) sequence)
                .putInt(3000 * sequence)
                .putInt((int) SSRC)
                .putShort((short) 0xBEDE)
                .putShort((short) 1)
                .put((byte) (extensionId << 4 | 1))
                .putShort((short) sequence)
                .put((byte) 0)
                .put((byte) 0x10)
                .put(new byte[] {0x11, 0, 0, 1, 2, 3})
                .flip();
    }

    @Row("W43")
    @Test
    void w43ReceptionIsReportedLossIsNackedKeyframesAndTransportFeedbackAreSent() throws Exception {
        EventLoopGroup loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
        try (loops;
                Served gateway = Served.start()) {
            loops.start();
            DtlsIdentity identity = DtlsIdentity.generate();
            IceCredentials credentials = IceCredentials.random();
            ClientOffer offer = ClientOffer.publish(
                    List.of(new ClientMedia("video", List.of(new CodecFormat("VP8", 90_000, 1, "")), SSRC, 0)),
                    new LocalDescription(
                            credentials.ufrag(),
                            credentials.password(),
                            identity.fingerprint(),
                            List.of(),
                            false,
                            true));
            HttpResponse<String> created = gateway.post("/whip/show", offer.sdp());
            assertThat(created.statusCode()).isEqualTo(201);
            ClientOffer.Outcome agreed = offer.readAnswer(created.body());
            NegotiatedMedia video = agreed.media().get(0);
            int payloadType = video.payloadTypes().keySet().iterator().next();
            int extensionId = Objects.requireNonNull(video.extensionIds().get(ExtensionUri.TRANSPORT_CC));
            EventLoop loop = loops.next();
            Publisher publisher = new Publisher();
            PeerTransport transport = new PeerTransport(
                    TransportConfig.of(
                            IceRole.CONTROLLING,
                            credentials,
                            new IceCredentials(
                                    agreed.remote().iceUfrag(), agreed.remote().icePwd()),
                            agreed.remote().localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                            identity,
                            agreed.remote().fingerprint(),
                            loop.handshakeExecutor()),
                    publisher);
            agreed.remote().candidates().forEach(transport::addRemoteCandidate);
            loop.registerClient(transport);
            await().atMost(Duration.ofSeconds(20)).until(() -> publisher.connected);

            loop.execute(() -> {
                for (int sequence = 1; sequence <= 20; sequence++) {
                    if (sequence != LOST) {
                        boolean unused = transport.sendRtp(packet(payloadType, sequence, extensionId), loop.nowNanos());
                    }
                }
            });

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(publisher.heard)
                            .contains(
                                    "report of " + SSRC,
                                    "nack of " + LOST,
                                    "pli of " + SSRC,
                                    "transport-wide feedback"));
        }
    }
}
