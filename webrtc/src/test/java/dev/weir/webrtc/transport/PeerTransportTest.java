package dev.weir.webrtc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client and a server over the virtual network. */
class PeerTransportTest {
    private static final long SECOND = 1_000_000_000L;
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();

    private final RecordedEvents serverEvents = new RecordedEvents();
    private final RecordedEvents clientEvents = new RecordedEvents();
    private final TransportPair pair = new TransportPair(SERVER, CLIENT);
    private VirtualNetwork network = new VirtualNetwork(1, VirtualNetwork.CLEAN);

    // Assigned by join().
    @SuppressWarnings("NullAway.Init")
    private PeerTransport server;

    @SuppressWarnings("NullAway.Init")
    private PeerTransport client;

    @SuppressWarnings("NullAway.Init")
    private VirtualNetwork.Host serverHost;

    @SuppressWarnings("NullAway.Init")
    private VirtualNetwork.Host clientHost;

    private void join(TransportConfig serverConfig, TransportConfig clientConfig) {
        server = new PeerTransport(serverConfig, serverEvents);
        client = new PeerTransport(clientConfig, clientEvents);
        serverHost = network.add("192.0.2.1", 9_000, server);
        client.addRemoteCandidate(
                IceCandidate.host(new InetSocketAddress("192.0.2.1", 9_000), 0).toSdp());
        clientHost = network.add("198.51.100.7", 40_000, client);
    }

    private void joinAndConnect(DtlsRole serverRole) {
        join(pair.server(serverRole, network.handshakes()), pair.client(serverRole, network.handshakes()));
        assertThat(network.runUntil(this::bothConnected, 10 * SECOND))
                .as(network.describe())
                .isTrue();
    }

    private boolean bothConnected() {
        return server.state() == TransportState.CONNECTED && client.state() == TransportState.CONNECTED;
    }

    static Stream<Arguments> roadsThroughBadWifi() {
        return Stream.of(DtlsRole.values())
                .flatMap(role -> Stream.of(SrtpProfile.values())
                        .flatMap(profile -> Stream.of(1L, 2L, 3L, 4L).map(seed -> Arguments.of(role, profile, seed))));
    }

    /**
     * A record of the right epoch that was too short to hold a MAC, or of a version that there is not, was taken for a
     * fatal error: one datagram with the peer's address forged ended a session.
     */
    @Test
    void aForgedRecordEndsNothing() {
        joinAndConnect(DtlsRole.SERVER);
        for (int length = 0; length < 40; length++) {
            byte[] record = new byte[13 + length];
            record[0] = 23;
            record[1] = (byte) 0xFE;
            record[2] = (byte) 0xFD;
            record[4] = 1;
            record[10] = 9;
            record[12] = (byte) length;
            network.inject(clientHost.outside(), serverHost.address(), record);
            byte[] ofNoVersion = record.clone();
            ofNoVersion[2] = (byte) 0xFE;
            network.inject(clientHost.outside(), serverHost.address(), ofNoVersion);
        }

        network.run(SECOND);

        assertThat(bothConnected()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("roadsThroughBadWifi")
    void connectsAndCarriesMediaUnderLossReorderingAndDuplication(DtlsRole serverRole, SrtpProfile profile, long seed) {
        // given
        network = new VirtualNetwork(seed, VirtualNetwork.BAD_WIFI);
        join(
                TransportPair.only(pair.server(serverRole, network.handshakes()), profile),
                pair.client(serverRole, network.handshakes()));

        // when
        boolean connected = network.runUntil(this::bothConnected, 20 * SECOND);

        // then
        assertThat(connected).as(network.describe()).isTrue();
        assertThat(server.srtpProfile()).contains(profile);
        assertThat(client.srtpProfile()).contains(profile);
        assertThat(serverEvents.states)
                .containsExactly(TransportState.CHECKING, TransportState.HANDSHAKING, TransportState.CONNECTED);
        for (int i = 0; i < 400; i++) {
            int sequence = 65_400 + i;
            network.schedule(i * 5_000_000L, () -> client.sendRtp(rtp(sequence), network.nowNanos()));
            network.schedule(i * 5_000_000L, () -> server.sendRtp(rtp(sequence), network.nowNanos()));
        }
        network.run(4 * SECOND);
        for (List<byte[]> arrived : List.of(serverEvents.rtp, clientEvents.rtp)) {
            assertThat(arrived.size()).as(network.describe()).isBetween(290, 385);
            Set<Integer> sequences = new HashSet<>();
            for (byte[] packet : arrived) {
                int sequence = ByteBuffer.wrap(packet).getShort(2) & 0xFFFF;
                assertThat(sequences.add(sequence))
                        .as("twice, " + network.describe())
                        .isTrue();
                assertThat(packet).isEqualTo(plain(rtp(sequence)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLostFinalFlightIsRepeated(DtlsRole serverRole) {
        // The DTLS server is done when it has sent its last flight (it begins with ChangeCipherSpec, type 20); only the
        // client's repeats tell it that the flight was lost.
        int[] losses = {2};
        network.censor(datagram -> datagram[0] == 20 && losses[0]-- > 0);

        joinAndConnect(serverRole);

        assertThat(losses[0]).as("flights lost").isLessThanOrEqualTo(0);
    }

    /**
     * A server sends what a viewer joins with as soon as it has keys, and that overtakes the handshake's last flight where it
     * waits for a thread. Clients kept 64 packets of it: viewers in a cold process missed hundreds.
     */
    @Test
    void aClientKeepsWhatAServerSendsBeforeItsLastFlightIsRead() {
        int[] losses = {1};
        network.censor(datagram -> datagram[0] == 20 && losses[0]-- > 0);
        join(pair.server(DtlsRole.SERVER, network.handshakes()), pair.client(DtlsRole.SERVER, network.handshakes()));
        assertThat(network.runUntil(() -> server.state() == TransportState.CONNECTED, 10 * SECOND))
                .isTrue();

        for (int i = 0; i < 500; i++) {
            assertThat(server.sendRtp(rtp(i), network.nowNanos())).isTrue();
        }

        assertThat(client.state()).isEqualTo(TransportState.HANDSHAKING);
        assertThat(network.runUntil(() -> clientEvents.rtp.size() == 500, 10 * SECOND))
                .as("%d packets", clientEvents.rtp.size())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closeNotifyReachesThePeer(DtlsRole serverRole) {
        joinAndConnect(serverRole);

        server.close(new CloseReason.Requested("DELETE"), network.nowNanos());
        network.run(SECOND);

        assertThat(clientEvents.reason).isEqualTo(new CloseReason.PeerClosed());
        assertThat(serverEvents.reason).isEqualTo(new CloseReason.Requested("DELETE"));
        assertThat(serverEvents.closings).isEqualTo(1);
        assertThat(serverHost.isDetached()).isTrue();
        assertThat(server.sendRtp(rtp(1), network.nowNanos())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void closeNotifyOfAClientIsHeard(DtlsRole serverRole) {
        joinAndConnect(serverRole);

        client.close(new CloseReason.Requested("bye"), network.nowNanos());
        network.run(SECOND);

        assertThat(serverEvents.reason).isEqualTo(new CloseReason.PeerClosed());
    }

    @Test
    void consentExpiresOnBothSidesWhenThePathDies() {
        joinAndConnect(DtlsRole.SERVER);
        long start = network.nowNanos();

        network.impair(VirtualNetwork.CLEAN.withLoss(1, 1));
        network.runUntil(() -> serverEvents.closings > 0 && clientEvents.closings > 0, 60 * SECOND);

        assertThat(serverEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(clientEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(network.nowNanos() - start).isBetween(20 * SECOND, 31 * SECOND);
    }

    @Test
    void consentLastsWhileThePeerChecks() {
        joinAndConnect(DtlsRole.SERVER);

        network.run(300 * SECOND);

        assertThat(bothConnected()).isTrue();
    }

    @Test
    void mediaAloneKeepsASessionWhosePeerChecksNoMore() {
        // FFmpeg's muxer sends no check once it is connected; the gateway used to close it after 30 s.
        TransportConfig patient = pair.client(DtlsRole.SERVER, network.handshakes())
                .withTimeouts(Duration.ofMinutes(5), Duration.ofSeconds(30));
        join(pair.server(DtlsRole.SERVER, network.handshakes()), patient);
        assertThat(network.runUntil(this::bothConnected, 10 * SECOND)).isTrue();
        network.censor(datagram -> datagram[0] >= 0 && datagram[0] < 4);
        for (int i = 0; i < 28; i++) {
            int sequence = i;
            network.schedule(i * SECOND, () -> client.sendRtp(rtp(sequence), network.nowNanos()));
        }

        network.run(50 * SECOND);
        assertThat(serverEvents.closings).isZero();

        network.run(10 * SECOND);
        assertThat(serverEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
    }

    @Test
    void mediaFollowsANatRebindingAfterTheNextCheck() {
        joinAndConnect(DtlsRole.SERVER);

        clientHost.rebind("203.0.113.9", 5_555);
        client.sendRtp(rtp(1), network.nowNanos());
        network.run(SECOND / 10);
        assertThat(serverEvents.rtp).as("no check from the new address yet").isEmpty();
        network.run(10 * SECOND);
        client.sendRtp(rtp(2), network.nowNanos());
        server.sendRtp(rtp(3), network.nowNanos());
        network.run(SECOND);

        assertThat(server.remoteAddress()).contains(new InetSocketAddress("203.0.113.9", 5_555));
        assertThat(serverEvents.rtp).hasSize(1);
        assertThat(clientEvents.rtp).hasSize(1);
    }

    @Test
    void aPeerThatNeverComesIsGivenUp() {
        join(pair.server(DtlsRole.SERVER, network.handshakes()), pair.client(DtlsRole.SERVER, network.handshakes()));
        network.impair(VirtualNetwork.CLEAN.withLoss(1, 1));

        network.run(40 * SECOND);

        assertThat(serverEvents.reason).isEqualTo(new CloseReason.NeverConnected(TransportState.CHECKING));
        assertThat(clientEvents.reason).isEqualTo(new CloseReason.NeverConnected(TransportState.CHECKING));
    }

    @ParameterizedTest
    @EnumSource
    void aServerRefusesAClientWithAnotherCertificate(DtlsRole serverRole) {
        // T10, both roles: CVE-2021-28681 was the check of one role only.
        TransportPair impostor = new TransportPair(SERVER, DtlsIdentity.generate());
        TransportConfig expected = pair.server(serverRole, network.handshakes());
        TransportConfig serverConfig = TransportConfig.of(
                expected.iceRole(),
                impostor.serverIce(),
                impostor.clientIce(),
                expected.dtlsRole(),
                SERVER,
                CLIENT.fingerprint(),
                network.handshakes());
        join(serverConfig, impostor.client(serverRole, network.handshakes()));

        network.runUntil(() -> serverEvents.closings > 0, 20 * SECOND);

        assertThat(serverEvents.reason).isEqualTo(new CloseReason.FingerprintMismatch());
        assertThat(serverEvents.wasConnected()).isFalse();
        assertThat(server.srtpProfile()).isEmpty();
        network.run(2 * SECOND);
        assertThat(serverEvents.rtp).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aClientRefusesAServerWithAnotherCertificate(DtlsRole serverRole) {
        TransportConfig honest = pair.client(serverRole, network.handshakes());
        TransportConfig clientConfig = TransportConfig.of(
                honest.iceRole(),
                honest.local(),
                honest.remote(),
                honest.dtlsRole(),
                CLIENT,
                DtlsIdentity.generate().fingerprint(),
                network.handshakes());
        join(pair.server(serverRole, network.handshakes()), clientConfig);

        network.runUntil(() -> clientEvents.closings > 0, 20 * SECOND);

        assertThat(clientEvents.reason).isEqualTo(new CloseReason.FingerprintMismatch());
        assertThat(clientEvents.wasConnected()).isFalse();
    }

    @Test
    void dtlsFromAnAddressWithoutACheckIsIgnored() {
        // T11: no handshake starts, no byte goes out.
        join(pair.server(DtlsRole.SERVER, network.handshakes()), pair.client(DtlsRole.SERVER, network.handshakes()));
        byte[] clientHello = new byte[200];
        clientHello[0] = 22;
        clientHello[1] = (byte) 0xFE;
        clientHello[2] = (byte) 0xFD;
        int before = serverHost.sent().size();

        network.inject(new InetSocketAddress("203.0.113.66", 6_666), serverHost.address(), clientHello);
        network.run(1);

        assertThat(serverHost.sent()).hasSize(before);
        assertThat(server.stats().droppedUnvalidated()).isEqualTo(1);
        assertThat(network.runUntil(this::bothConnected, 10 * SECOND)).isTrue();
    }

    @Test
    void mediaFromAnotherAddressForgedOrReplayedIsDropped() {
        // T12
        joinAndConnect(DtlsRole.SERVER);
        client.sendRtp(rtp(1), network.nowNanos());
        network.run(SECOND / 10);
        byte[] genuine = clientHost.sent().get(clientHost.sent().size() - 1);
        byte[] forged = genuine.clone();
        forged[20] ^= 1;
        ByteBuffer.wrap(forged).putShort(2, (short) 2);

        network.inject(clientHost.address(), serverHost.address(), genuine);
        network.inject(clientHost.address(), serverHost.address(), forged);
        network.inject(new InetSocketAddress("203.0.113.66", 6_666), serverHost.address(), genuine);
        network.run(SECOND / 10);

        assertThat(serverEvents.rtp).hasSize(1);
        assertThat(server.stats().droppedReplayed()).isEqualTo(1);
        assertThat(server.stats().droppedAuthentication()).isEqualTo(1);
        assertThat(server.stats().droppedUnvalidated()).isEqualTo(1);
    }

    @Test
    void noNoiseThrowsOrDisturbsASession() {
        joinAndConnect(DtlsRole.SERVER);
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> genuine = List.copyOf(serverHost.received());
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = genuine.get(random.nextInt(genuine.size())).clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] mutant = random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            InetSocketAddress source =
                    random.nextBoolean() ? clientHost.address() : new InetSocketAddress("203.0.113.66", 6_666);
            network.inject(source, serverHost.address(), mutant);
        }
        network.run(SECOND);

        assertThat(bothConnected()).as("seed " + seed).isTrue();
        client.sendRtp(rtp(1), network.nowNanos());
        network.run(SECOND / 10);
        assertThat(serverEvents.rtp).hasSize(1);
    }

    private static byte[] plain(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static ByteBuffer rtp(int sequenceNumber) {
        ByteBuffer packet = ByteBuffer.allocate(1_300);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) sequenceNumber)
                .putInt(90_000)
                .putInt(0x1234);
        int length = 100 + (sequenceNumber & 0xFFFF) % 1_000;
        while (packet.position() < length) {
            packet.put((byte) (packet.position() * 31 + sequenceNumber));
        }
        return packet.flip();
    }
}
