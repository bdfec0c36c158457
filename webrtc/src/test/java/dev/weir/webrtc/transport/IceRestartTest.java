package dev.weir.webrtc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.impair.PathConditions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Restarts ICE between a client and a server of either kind, over the virtual network. */
class IceRestartTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PACKET_NANOS = 10_000_000L;
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();
    private static final PathConditions DEAD = VirtualNetwork.CLEAN.withLoss(1, 1);

    private final RecordedEvents serverEvents = new RecordedEvents();
    private final RecordedEvents clientEvents = new RecordedEvents();
    private final TransportPair pair = new TransportPair(SERVER, CLIENT);
    private final IceCredentials newServer = IceCredentials.random();
    private final IceCredentials newClient = IceCredentials.random();
    private VirtualNetwork network = new VirtualNetwork(1, VirtualNetwork.CLEAN);
    private int sequence;

    // Assigned by connect().
    @SuppressWarnings("NullAway.Init")
    private PeerTransport server;

    @SuppressWarnings("NullAway.Init")
    private PeerTransport client;

    @SuppressWarnings("NullAway.Init")
    private VirtualNetwork.Host serverHost;

    @SuppressWarnings("NullAway.Init")
    private VirtualNetwork.Host clientHost;

    private void connect(IceRole serverRole) {
        TransportConfig lite = pair.server(DtlsRole.SERVER, network.handshakes());
        server = new PeerTransport(
                TransportConfig.of(
                        serverRole,
                        lite.local(),
                        lite.remote(),
                        lite.dtlsRole(),
                        lite.identity(),
                        lite.remoteFingerprint(),
                        network.handshakes()),
                serverEvents);
        client = new PeerTransport(pair.client(DtlsRole.SERVER, network.handshakes()), clientEvents);
        serverHost = network.add("192.0.2.1", 9_000, server);
        client.addRemoteCandidate(serverCandidate());
        clientHost = network.add("198.51.100.7", 40_000, client);
        assertThat(network.runUntil(this::bothConnected, 20 * SECOND))
                .as(network.describe())
                .isTrue();
    }

    private static String serverCandidate() {
        return IceCandidate.host(new InetSocketAddress("192.0.2.1", 9_000), 0).toSdp();
    }

    private boolean bothConnected() {
        return server.state() == TransportState.CONNECTED && client.state() == TransportState.CONNECTED;
    }

    /** Restarts the server as its PATCH handler does, and the client when the answer comes 50 ms later. */
    private void restart() {
        server.restartIce(newServer, newClient);
        network.schedule(SECOND / 20, this::restartClient);
    }

    private void restartClient() {
        client.restartIce(newClient, newServer);
        client.addRemoteCandidate(serverCandidate());
    }

    /** Sends media both ways for a while; returns how many packets each way. */
    private int sendMedia(long nanos) {
        int count = (int) (nanos / PACKET_NANOS);
        for (int i = 0; i < count; i++) {
            int number = ++sequence;
            network.schedule(i * PACKET_NANOS, () -> {
                client.sendRtp(rtp(number), network.nowNanos());
                server.sendRtp(rtp(number), network.nowNanos());
            });
        }
        return count;
    }

    private boolean usesNewCredentials(List<byte[]> sent) {
        byte[] username = (newServer.ufrag() + ":" + newClient.ufrag()).getBytes(StandardCharsets.US_ASCII);
        return sent.stream().anyMatch(datagram -> contains(datagram, username));
    }

    private static boolean contains(byte[] datagram, byte[] text) {
        String whole = new String(datagram, StandardCharsets.ISO_8859_1);
        return whole.contains(new String(text, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void mediaFlowsOnWithoutAGap(IceRole serverRole) {
        connect(serverRole);
        int sent = sendMedia(10 * SECOND);

        network.schedule(3 * SECOND, this::restart);
        network.run(11 * SECOND);

        assertThat(usesNewCredentials(clientHost.sent())).isTrue();
        assertThat(serverEvents.rtp).hasSize(sent);
        assertThat(clientEvents.rtp).hasSize(sent);
        assertThat(serverEvents.states).as("no new handshake").hasSize(3);
        network.run(60 * SECOND);
        assertThat(bothConnected()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void checksWithTheOldCredentialsAreNotAnsweredForLong(IceRole serverRole) {
        connect(serverRole);
        byte[] oldCheck = clientHost.sent().stream()
                .filter(datagram -> contains(datagram, pair.serverUfrag().getBytes(StandardCharsets.US_ASCII)))
                .findFirst()
                .orElseThrow();
        restart();
        network.run(6 * SECOND);
        int answered = serverHost.sent().size();

        network.inject(clientHost.address(), serverHost.address(), oldCheck);
        network.run(1);

        assertThat(serverHost.sent()).hasSize(answered);
    }

    static Stream<Arguments> badRoads() {
        return Stream.of(IceRole.LITE, IceRole.CONTROLLED)
                .flatMap(role -> LongStream.rangeClosed(1, 25).mapToObj(seed -> Arguments.of(role, seed)));
    }

    @ParameterizedTest
    @MethodSource("badRoads")
    void aRestartSucceedsUnderLossReorderingAndDuplication(IceRole serverRole, long seed) {
        network = new VirtualNetwork(seed, VirtualNetwork.BAD_WIFI);
        connect(serverRole);
        int sent = sendMedia(10 * SECOND);

        network.schedule(2 * SECOND, this::restart);
        network.run(12 * SECOND);

        assertThat(bothConnected()).as(network.describe()).isTrue();
        assertThat(usesNewCredentials(clientHost.sent())).as(network.describe()).isTrue();
        // 15 % are lost with or without a restart.
        assertThat(serverEvents.rtp.size()).as(network.describe()).isGreaterThan(sent * 80 / 100);
        assertThat(clientEvents.rtp.size()).as(network.describe()).isGreaterThan(sent * 80 / 100);
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void aRestartFindsAClientThatMoved(IceRole serverRole) {
        connect(serverRole);

        clientHost.rebind("203.0.113.9", 5_555);
        restart();
        network.run(SECOND);
        client.sendRtp(rtp(1), network.nowNanos());
        server.sendRtp(rtp(2), network.nowNanos());
        network.run(SECOND);

        assertThat(server.remoteAddress()).contains(new InetSocketAddress("203.0.113.9", 5_555));
        assertThat(serverEvents.rtp).hasSize(1);
        assertThat(clientEvents.rtp).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void aRestartThatNeverSucceedsLeavesTheSessionFlowingWhileConsentLasts(IceRole serverRole) {
        connect(serverRole);

        // The client does not follow: its new checks never come.
        server.restartIce(newServer, newClient);
        network.run(120 * SECOND);
        client.sendRtp(rtp(1), network.nowNanos());
        server.sendRtp(rtp(2), network.nowNanos());
        network.run(SECOND);
        assertThat(serverEvents.rtp).hasSize(1);
        assertThat(clientEvents.rtp).hasSize(1);

        network.impair(DEAD);
        long dead = network.nowNanos();
        network.runUntil(() -> serverEvents.closings > 0, 60 * SECOND);
        assertThat(serverEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(network.nowNanos() - dead).isBetween(20 * SECOND, 31 * SECOND);
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void aRestartSavesASessionWhosePathDied(IceRole serverRole) {
        connect(serverRole);
        network.impair(DEAD);
        network.run(20 * SECOND);

        restart();
        network.run(15 * SECOND);
        // Consent on the old path is gone by now, and nothing may be sent there.
        assertThat(serverEvents.closings).isZero();
        int before = serverHost.sent().size();
        server.sendRtp(rtp(7), network.nowNanos());
        assertThat(serverHost.sent()).hasSize(before);
        network.impair(VirtualNetwork.CLEAN);
        network.run(3 * SECOND);
        client.sendRtp(rtp(8), network.nowNanos());
        server.sendRtp(rtp(9), network.nowNanos());
        network.run(SECOND);

        assertThat(serverEvents.rtp).hasSize(1);
        assertThat(clientEvents.rtp).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"LITE", "CONTROLLED"})
    void aDeadPathEndsTheSessionOnceTheRestartHadItsTime(IceRole serverRole) {
        connect(serverRole);
        network.impair(DEAD);
        network.run(20 * SECOND);

        restart();
        long restarted = network.nowNanos();
        network.runUntil(() -> serverEvents.closings > 0, 90 * SECOND);

        assertThat(serverEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(network.nowNanos() - restarted).isBetween(29 * SECOND, 31 * SECOND);
    }

    @ParameterizedTest
    @MethodSource("badRoads")
    void consentLastsUnderLossAndEndsWithThePath(IceRole serverRole, long seed) {
        network = new VirtualNetwork(seed, VirtualNetwork.BAD_WIFI);
        connect(serverRole);

        network.run(300 * SECOND);
        assertThat(bothConnected()).as(network.describe()).isTrue();

        network.impair(DEAD);
        long dead = network.nowNanos();
        network.runUntil(() -> serverEvents.closings > 0 && clientEvents.closings > 0, 60 * SECOND);
        assertThat(serverEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(clientEvents.reason).isEqualTo(new CloseReason.ConsentExpired());
        assertThat(network.nowNanos() - dead).as(network.describe()).isLessThan(31 * SECOND);
        // Without consent not even a goodbye may be sent.
        int sent = serverHost.sent().size();
        server.close(new CloseReason.Requested("again"), network.nowNanos());
        assertThat(serverHost.sent()).hasSize(sent);
    }

    @Test
    void aSecondRestartReplacesTheFirst() {
        connect(IceRole.LITE);
        int sent = sendMedia(5 * SECOND);

        server.restartIce(IceCredentials.random(), IceCredentials.random());
        restart();
        network.run(6 * SECOND);

        assertThat(usesNewCredentials(clientHost.sent())).isTrue();
        assertThat(serverEvents.rtp).hasSize(sent);
        assertThat(clientEvents.rtp).hasSize(sent);
    }

    private static ByteBuffer rtp(int sequenceNumber) {
        ByteBuffer packet = ByteBuffer.allocate(300);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) sequenceNumber)
                .putInt(90_000)
                .putInt(0x1234);
        return packet.position(200).flip();
    }
}
