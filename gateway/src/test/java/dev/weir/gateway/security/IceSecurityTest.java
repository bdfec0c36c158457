package dev.weir.gateway.security;

import static dev.weir.gateway.conformance.IceBed.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.conformance.IceBed;
import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.conformance.Stun;
import dev.weir.gateway.conformance.UdpPeer;
import dev.weir.gateway.conformance.UdpRelay;
import dev.weir.gateway.relay.StreamStats;
import dev.weir.gateway.session.EndReason;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionState;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportListener;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** STUN, DTLS and SRTP against strangers, over real UDP. */
class IceSecurityTest {
    private static final Duration SILENCE = Duration.ofMillis(400);
    private static final int SOFTWARE = 0x8022;

    private final IceCredentials client = IceCredentials.random();

    @SuppressWarnings("NullAway.Init")
    private IceBed bed;

    @SuppressWarnings("NullAway.Init")
    private String answer;

    @AfterEach
    void stop() {
        bed.close();
    }

    private void createSession(UnaryOperator<dev.weir.gateway.ServerConfig.Builder> settings, String setup)
            throws Exception {
        bed = new IceBed(settings);
        String offer = IceBed.offer("sendonly", client, List.of()).replace("a=setup:actpass", "a=setup:" + setup);
        HttpResponse<String> created = bed.post("/whip/show", offer);
        answer = created.body();
    }

    private void createSession() throws Exception {
        createSession(settings -> settings, "actpass");
    }

    private InetSocketAddress media() {
        return bed.server().udpAddress();
    }

    private byte[] check() {
        return Stun.check(attribute(answer, "ice-ufrag"), attribute(answer, "ice-pwd"), client.ufrag());
    }

    private Session session() {
        return bed.server().sessions().sessions().get(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("T14")
    void t14StunIsAnsweredToThoseWhoKnowThePasswordOnlyAndNeverWithMore(boolean full) throws Exception {
        createSession(settings -> settings.fullIce(full), "actpass");
        String ufrag = attribute(answer, "ice-ufrag");
        String password = attribute(answer, "ice-pwd");
        try (UdpPeer peer = new UdpPeer()) {
            byte[] unsigned = new Stun(Stun.BINDING_REQUEST)
                    .text(Stun.USERNAME, ufrag + ":" + client.ufrag())
                    .bytes();
            peer.send(new Stun(Stun.BINDING_REQUEST).bytes(), media());
            peer.send(Stun.check("someoneelse12345", password, client.ufrag()), media());
            peer.send(Stun.check(ufrag, "not the password at all", client.ufrag()), media());
            peer.send(unsigned, media());
            assertThat(peer.receive(datagram -> true, SILENCE)).isEmpty();

            byte[] request = check();
            peer.send(request, media());
            byte[] response = peer.receive(datagram -> Stun.type(datagram) == Stun.BINDING_SUCCESS, IceBed.PATIENCE)
                    .orElseThrow();

            assertThat(response.length).isLessThanOrEqualTo(request.length);
            assertThat(Stun.attribute(response, SOFTWARE)).isEmpty();
        }
    }

    /** Full ICE checks the addresses that an offer names, which may be somebody else's. */
    @Test
    @Row("T14")
    void t14ChecksOfFullIceNeverAmplifyAndSpareWhoNeverAnswered() throws Exception {
        bed = new IceBed(settings -> settings.fullIce(true).connectTimeout(Duration.ofSeconds(3)));
        try (UdpPeer victim = new UdpPeer()) {
            long start = System.nanoTime();
            int signalled = 0;
            for (int i = 0; i < 80; i++) {
                String offer = IceBed.offer("sendonly", IceCredentials.random(), List.of(victim.candidate()));
                answer = bed.post("/whip/victim-" + i, offer).body();
                signalled += offer.length();
            }
            int received = 0;
            int checks = 0;
            Optional<byte[]> check = victim.receive(Stun::isStun, IceBed.PATIENCE);
            while (check.isPresent()) {
                received += check.get().length;
                checks++;
                check = victim.receive(datagram -> true, SILENCE.multipliedBy(2));
            }
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;

            assertThat(checks).as("the way through a firewall is opened").isGreaterThan(40);
            assertThat(received).as("of %s bytes of offers", signalled).isLessThan(signalled);
            assertThat((long) received).as("in %s s", seconds).isLessThan(8_192 + seconds * 1_024);
        }
    }

    @Test
    @Row({"T11", "V17.2.6"})
    void t11V1726DtlsIsHeardOnAValidatedPairOnly() throws Exception {
        createSession();
        try (UdpPeer attacker = new UdpPeer();
                UdpPeer peer = new UdpPeer()) {
            // The race of Enable Security: a ClientHello before the peer's, from anywhere.
            attacker.send(ClientHello.datagram(), media());
            assertThat(attacker.receive(datagram -> true, SILENCE)).isEmpty();

            peer.send(check(), media());
            assertThat(peer.receive(Stun::isStun, IceBed.PATIENCE)).isPresent();
            attacker.send(ClientHello.datagram(), media());
            assertThat(attacker.receive(datagram -> true, SILENCE)).isEmpty();
            assertThat(session().state()).isEqualTo(SessionState.CONNECTING);

            peer.send(ClientHello.datagram(), media());
            assertThat(peer.receive(datagram -> datagram[0] == 22, IceBed.PATIENCE))
                    .as("the same bytes are answered on the validated pair")
                    .isPresent();
        }
    }

    @Test
    @Row("T11")
    void t11NoDtlsGoesOutBeforeAValidatedPair() throws Exception {
        // The server is the DTLS client and would speak first.
        createSession(settings -> settings, "passive");
        try (UdpPeer peer = new UdpPeer()) {
            peer.send(Stun.check(attribute(answer, "ice-ufrag"), "not the password at all", "x"), media());
            assertThat(peer.receive(datagram -> true, SILENCE)).isEmpty();

            peer.send(check(), media());

            assertThat(peer.receive(datagram -> datagram[0] == 22, IceBed.PATIENCE))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"actpass", "passive"})
    @Row("T10")
    void t10ACertificateThatTheOfferDidNotNameEndsTheSessionInBothDtlsRoles(String setup) throws Exception {
        createSession(settings -> settings, setup);
        Session session = session();
        try (EventLoopGroup loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1))) {
            loops.start();
            EventLoop loop = loops.next();
            TransportConfig impostor = TransportConfig.of(
                    IceRole.CONTROLLING,
                    client,
                    new IceCredentials(attribute(answer, "ice-ufrag"), attribute(answer, "ice-pwd")),
                    setup.equals("passive") ? DtlsRole.SERVER : DtlsRole.CLIENT,
                    DtlsIdentity.generate(),
                    attribute(answer, "fingerprint"),
                    loop.handshakeExecutor());
            PeerTransport transport = new PeerTransport(impostor, new TransportListener() {});
            transport.addRemoteCandidate("candidate:" + attribute(answer, "candidate"));
            loop.registerClient(transport);

            await().atMost(IceBed.PATIENCE).until(() -> !session.isAlive());
        }
        assertThat(session.endReason()).contains(EndReason.FINGERPRINT_MISMATCH);
        assertThat(bed.server()
                        .relay()
                        .stats("show")
                        .map(StreamStats::packetsReceived)
                        .orElse(0L))
                .isZero();
    }

    @Test
    @Row("T12")
    void t12MediaWithoutTheKeysReachesNobody() throws Exception {
        createSession();
        try (UdpPeer stranger = new UdpPeer();
                UdpPeer peer = new UdpPeer()) {
            peer.send(check(), media());
            assertThat(peer.receive(Stun::isStun, IceBed.PATIENCE)).isPresent();
            WhipClient publisher = bed.publish("other");
            byte[] rtp = new byte[200];
            rtp[0] = (byte) 0x80;
            rtp[1] = 96;
            byte[] rtcp = new byte[60];
            rtcp[0] = (byte) 0x81;
            rtcp[1] = (byte) 200;
            for (int i = 0; i < 50; i++) {
                rtp[3] = (byte) i;
                stranger.send(rtp, media());
                stranger.send(rtcp, media());
                peer.send(rtp, media());
                peer.send(rtcp, media());
            }
            // The gateway has read all of it when it answers what came behind.
            peer.send(check(), media());
            assertThat(peer.receive(Stun::isStun, IceBed.PATIENCE)).isPresent();

            for (String stream : List.of("show", "other")) {
                assertThat(bed.server()
                                .relay()
                                .stats(stream)
                                .map(StreamStats::packetsReceived)
                                .orElse(0L))
                        .as(stream)
                        .isZero();
            }
            assertThat(publisher.isConnected()).isTrue();
            publisher.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("T13")
    void t13NothingIsSentToAPeerWhoseConsentIsOver(boolean full) throws Exception {
        Duration timeout = Duration.ofSeconds(2);
        bed = new IceBed(
                settings -> settings.fullIce(full).sessionTimeout(timeout).publicAddresses(List.of("127.0.0.3")));
        try (UdpRelay road = new UdpRelay("127.0.0.3", media())) {
            WhepClient[] viewer = new WhepClient[1];
            WhipClient publisher = bed.publish("show");
            viewer[0] = bed.view("show", new WhepListener() {});
            await().atMost(IceBed.PATIENCE).until(() -> bed.server().relay().viewerCount("show") == 1);
            long start = System.nanoTime();

            road.goDeaf();
            await().atMost(IceBed.PATIENCE).until(() -> bed.server().sessions().size() == 0);
            long sent = road.toClients();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(timeout.dividedBy(2));

            await().during(Duration.ofMillis(500)).atMost(IceBed.PATIENCE).until(() -> road.toClients() == sent);
            viewer[0].vanish();
            publisher.vanish();
        }
    }
}
