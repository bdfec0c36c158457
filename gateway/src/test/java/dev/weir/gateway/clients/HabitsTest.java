package dev.weir.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.sdp.ClientMedia;
import dev.weir.webrtc.sdp.ClientOffer;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.LocalDescription;
import dev.weir.webrtc.sdp.RemotePeer;
import dev.weir.webrtc.srtp.SrtpProtector;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import dev.weir.webrtc.transport.TransportState;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The exchanges over HTTP that well-known clients make, each with media: what they send and what they expect to the letter,
 * with the transport of our own client.
 */
class HabitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CANDIDATE = "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host";
    private static final int PACKETS = 30;
    private static final long SSRC = 4_711;

    private final EventLoopGroup loops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));

    // Assigned by start().
    @SuppressWarnings("NullAway.Init")
    private ClientGateway gateway;

    /** How a client goes about it. */
    enum Habit {
        /** No OPTIONS, no candidates, no PATCH; transport parameters at session level; only 201 will do, and 200 for DELETE. */
        OBS,
        /** OPTIONS for Link headers, then candidates by PATCH with {@code If-Match: *}, each answered with 204. */
        MEDIAMTX,
        /** The ETag when publishing, none when playing; credentials at session level of the fragment. */
        MEDOOZE,
        /** Gathers before it posts, and never trickles. */
        EYEVINN
    }

    @BeforeEach
    void start() throws Exception {
        gateway = ClientGateway.start();
        loops.start();
    }

    @AfterEach
    void stop() {
        loops.close();
        gateway.close();
    }

    private final class Client implements TransportListener {
        final AtomicInteger packets = new AtomicInteger();
        private final Habit habit;
        private final boolean publishes;
        private final IceCredentials credentials = IceCredentials.random();
        private final DtlsIdentity identity = DtlsIdentity.generate();
        private final EventLoop loop = loops.next();
        private final PeerTransport transport;
        private final String location;
        private final int payloadType;
        private volatile boolean closed;

        Client(Habit habit, boolean publishes) throws Exception {
            this.habit = habit;
            this.publishes = publishes;
            String endpoint = publishes ? "/whip/show" : "/whep/show";
            if (habit == Habit.MEDIAMTX) {
                assertThat(gateway.send("OPTIONS", endpoint).statusCode()).isIn(200, 204);
            }
            ClientOffer offer = offer();
            String text = habit == Habit.OBS ? atSessionLevel(offer.sdp()) : offer.sdp();
            HttpResponse<String> created = gateway.post(endpoint, text);
            assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
            location = ClientGateway.header(created, "location");
            assertThat(location).startsWith("/");
            ClientOffer.Outcome outcome = offer.readAnswer(created.body());
            payloadType =
                    outcome.media().get(0).payloadTypes().keySet().iterator().next();
            transport = connect(outcome.remote());
            trickle(ClientGateway.header(created, "etag"));
        }

        private ClientOffer offer() {
            List<String> candidates = habit == Habit.EYEVINN ? List.of(CANDIDATE) : List.of();
            LocalDescription local = new LocalDescription(
                    credentials.ufrag(), credentials.password(), identity.fingerprint(), candidates, false, false);
            List<ClientMedia> media =
                    List.of(new ClientMedia("video", List.of(new CodecFormat("VP8", 90_000, 1, "")), SSRC, 0));
            return publishes ? ClientOffer.publish(media, local) : ClientOffer.view(media, local);
        }

        private PeerTransport connect(RemotePeer remote) throws Exception {
            PeerTransport made = new PeerTransport(
                    TransportConfig.of(
                            IceRole.CONTROLLING,
                            credentials,
                            new IceCredentials(remote.iceUfrag(), remote.icePwd()),
                            remote.localIsDtlsClient() ? DtlsRole.CLIENT : DtlsRole.SERVER,
                            identity,
                            remote.fingerprint(),
                            loop.handshakeExecutor()),
                    this);
            remote.candidates().forEach(made::addRemoteCandidate);
            loop.registerClient(made);
            return made;
        }

        private void trickle(String etag) throws Exception {
            String lines = "a=ice-ufrag:" + credentials.ufrag() + "\r\na=ice-pwd:" + credentials.password() + "\r\n"
                    + "m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=" + CANDIDATE + "\r\n";
            switch (habit) {
                case OBS, EYEVINN -> {}
                case MEDIAMTX -> {
                    for (int i = 0; i < 3; i++) {
                        assertThat(gateway.patch(location, lines, "*").statusCode())
                                .isEqualTo(204);
                    }
                }
                case MEDOOZE ->
                    assertThat(gateway.patch(location, lines, publishes ? etag : "")
                                    .statusCode())
                            .isEqualTo(204);
            }
        }

        void awaitConnected() {
            await().atMost(PATIENCE).until(() -> transport.state() == TransportState.CONNECTED);
        }

        /** Sends a picture of one packet. */
        void send(int number) {
            byte[] picture = new byte[100];
            picture[0] = 0x10;
            picture[1] = (byte) (number == 0 ? 0x10 : 0x11);
            picture[4] = (byte) 0x9d;
            picture[5] = 0x01;
            picture[6] = 0x2a;
            ByteBuffer packet = ByteBuffer.allocate(12 + picture.length + SrtpProtector.MAX_OVERHEAD);
            packet.put((byte) 0x80).put((byte) (0x80 | payloadType)).putShort((short) number);
            packet.putInt(number * 3_000).putInt((int) SSRC).put(picture).flip();
            loop.execute(() -> transport.sendRtp(packet, loop.nowNanos()));
        }

        @Override
        public void onRtp(ByteBuffer plainPacket, long nowNanos) {
            packets.incrementAndGet();
        }

        @Override
        public void onClosed(CloseReason reason, long nowNanos) {
            closed = true;
        }

        void leave() throws Exception {
            assertThat(gateway.send("DELETE", location).statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> closed);
        }
    }

    /** Moves what m-lines say of the transport to the session, as libdatachannel writes it. */
    private static String atSessionLevel(String offer) {
        String moved = "a=(ice-ufrag|ice-pwd|ice-options|fingerprint|setup):.*";
        String transport = offer.lines()
                .filter(line -> line.matches(moved))
                .distinct()
                .collect(Collectors.joining("\r\n", "", "\r\na=group:LS 0\r\n"));
        String rest = offer.lines()
                .filter(line -> !line.matches(moved) && !line.equals("a=end-of-candidates"))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
        assertThat(rest).doesNotContain("a=candidate");
        int firstMedia = rest.indexOf("m=");
        return rest.substring(0, firstMedia) + transport + rest.substring(firstMedia);
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void mediaFlowsFromAPublisherToAViewerOfThisHabit(Habit habit) throws Exception {
        Client publisher = new Client(habit, true);
        publisher.awaitConnected();
        Client viewer = new Client(habit, false);
        viewer.awaitConnected();

        AtomicInteger sent = new AtomicInteger();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            publisher.send(sent.getAndIncrement());
            return viewer.packets.get() >= PACKETS;
        });

        viewer.leave();
        publisher.leave();
        assertThat(gateway.sessions()).isZero();
    }
}
