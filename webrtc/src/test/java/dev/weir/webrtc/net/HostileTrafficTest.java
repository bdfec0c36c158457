package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.ice.IceRole;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportConfig;
import dev.weir.webrtc.transport.TransportPair;
import dev.weir.webrtc.transport.TransportState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Throws at a real UDP port what an internet throws at it, beside a session that must not notice. */
class HostileTrafficTest {
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();

    private final EventLoopGroup group =
            new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .withLoops(2));
    private final TransportPair pair = new TransportPair(SERVER, CLIENT);
    private final RecordingListener serverEvents = new RecordingListener();
    private final RecordingListener clientEvents = new RecordingListener();

    @BeforeEach
    void start() throws Exception {
        group.start();
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private PeerTransport registerServer(EventLoop loop) {
        PeerTransport server = new PeerTransport(pair.server(DtlsRole.SERVER, loop.handshakeExecutor()), serverEvents);
        loop.register(pair.serverUfrag(), server);
        return server;
    }

    private PeerTransport registerClient(EventLoop loop, TransportConfig config) throws IOException {
        PeerTransport client = new PeerTransport(config, clientEvents);
        client.addRemoteCandidate(IceCandidate.host(group.localAddress(), 0).toSdp());
        loop.registerClient(client);
        return client;
    }

    private void sendAll(Iterable<byte[]> datagrams) throws IOException {
        try (DatagramChannel attacker = DatagramChannel.open()) {
            for (byte[] datagram : datagrams) {
                attacker.send(ByteBuffer.wrap(datagram), group.localAddress());
            }
        }
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            boolean unused = never.await(5, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    void garbageIsCountedAndDisturbsNobody() throws Exception {
        // given
        EventLoop loop = group.next();
        registerServer(loop);
        PeerTransport client = registerClient(loop, pair.client(DtlsRole.SERVER, loop.handshakeExecutor()));
        assertThat(serverEvents.awaitConnected()).isTrue();
        assertThat(clientEvents.awaitConnected()).isTrue();
        long before = group.stats().unroutable();

        // when
        SplittableRandom random = new SplittableRandom(3);
        List<byte[]> garbage = random.ints(200, 0, 1_400)
                .mapToObj(length -> {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    if (length > 0) {
                        bytes[0] |= 64;
                    }
                    return bytes;
                })
                .toList();
        sendAll(garbage);

        // then
        await(() -> group.stats().unroutable() - before >= 190, "garbage is counted");
        loop.execute(() -> client.sendRtp(rtp(), loop.nowNanos()));
        assertThat(serverEvents.awaitRtp()).hasSize(100);
    }

    @Test
    void checksForUnknownSessionsAreCountedAndNotAnswered() throws Exception {
        try (DatagramChannel attacker = DatagramChannel.open()) {
            attacker.configureBlocking(false);
            attacker.send(stunFor("nosuchsession1234:abcd"), group.localAddress());

            await(() -> group.stats().unknownUfrag() == 1, "counted");
            assertThat(attacker.receive(ByteBuffer.allocate(100))).isNull();
            assertThat(group.stats().datagramsSent()).isZero();
        }
    }

    @Test
    void aCheckWithTheWrongPasswordIsIgnored() throws Exception {
        // given: the ufrag is known to an attacker, the password is not
        EventLoop loop = group.next();
        PeerTransport server = registerServer(loop);
        IceCredentials guessed =
                new IceCredentials(pair.serverUfrag(), IceCredentials.random().password());
        TransportConfig honest = pair.client(DtlsRole.SERVER, loop.handshakeExecutor());
        TransportConfig config = TransportConfig.of(
                IceRole.CONTROLLING,
                honest.local(),
                guessed,
                honest.dtlsRole(),
                CLIENT,
                honest.remoteFingerprint(),
                loop.handshakeExecutor());

        // when
        registerClient(loop, config);
        await(() -> group.stats().datagramsReceived() >= 3, "checks arrive");

        // then
        assertThat(server.state()).isEqualTo(TransportState.CHECKING);
        assertThat(clientEvents.isConnected()).isFalse();
        assertThat(server.remoteAddress()).isEmpty();
    }

    @Test
    void anEndpointThatThrowsIsClosedAndItsLoopLives() throws Exception {
        // given
        CountDownLatch failed = new CountDownLatch(1);
        EventLoop loop = group.loops().get(0);
        loop.register("throwing12345678", new Endpoint() {
            @Override
            public void attach(EndpointContext context, long nowNanos) {}

            @Override
            public void handle(ByteBuffer datagram, FiveTuple path, long nowNanos) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public long nextDeadlineNanos() {
                return Long.MAX_VALUE;
            }

            @Override
            public void onTimeout(long nowNanos) {}

            @Override
            public void onFailure(Throwable failure, long nowNanos) {
                failed.countDown();
            }

            @Override
            public void onShutdown(long nowNanos) {}
        });
        registerServer(loop);

        // when
        try (DatagramChannel anybody = DatagramChannel.open()) {
            anybody.send(stunFor("throwing12345678:abcd"), group.localAddress());
        }
        assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();

        // then
        assertThat(group.stats().endpointFailures()).isEqualTo(1);
        registerClient(loop, pair.client(DtlsRole.SERVER, loop.handshakeExecutor()));
        assertThat(serverEvents.awaitConnected()).isTrue();
    }

    @Test
    void aPortThatIsTakenIsRefusedByName() throws Exception {
        InetSocketAddress taken = group.localAddress();
        EventLoopGroup second = new EventLoopGroup(NetConfig.of(List.of(taken)).withLoops(2));

        assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("UDP 127.0.0.1:" + taken.getPort());
        second.close();
    }

    @Test
    void aWildcardBecomesConcreteAddresses() throws Exception {
        EventLoopGroup all = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress(0))).withLoops(1));
        all.start();
        try {
            assertThat(all.localAddresses()).isNotEmpty().allSatisfy(address -> {
                assertThat(address.getAddress().isAnyLocalAddress()).isFalse();
                assertThat(address.getPort()).isEqualTo(all.localAddress().getPort());
            });
        } finally {
            all.close();
        }
    }

    @Test
    void everythingIsBackWhenSessionsHaveGone() throws Exception {
        EventLoop loop = group.next();
        PeerTransport server = registerServer(loop);
        registerClient(loop, pair.client(DtlsRole.SERVER, loop.handshakeExecutor()));
        assertThat(clientEvents.awaitConnected()).isTrue();
        assertThat(serverEvents.awaitConnected()).isTrue();

        loop.execute(() -> server.onShutdown(loop.nowNanos()));
        serverEvents.awaitClosed();
        clientEvents.awaitClosed();

        await(() -> group.stats().endpoints() == 0, "no endpoint is left");
        // the ufrag is free again
        loop.register(
                pair.serverUfrag(),
                new PeerTransport(pair.server(DtlsRole.SERVER, loop.handshakeExecutor()), new RecordingListener()));
    }

    private static ByteBuffer stunFor(String username) {
        byte[] text = username.getBytes(StandardCharsets.US_ASCII);
        int padded = (text.length + 3) & ~3;
        ByteBuffer stun = ByteBuffer.allocate(24 + padded);
        stun.putShort((short) 1)
                .putShort((short) (4 + padded))
                .putInt(0x2112_A442)
                .position(20);
        return stun.putShort((short) 6)
                .putShort((short) text.length)
                .put(text)
                .position(24 + padded)
                .flip();
    }

    private static ByteBuffer rtp() {
        ByteBuffer packet = ByteBuffer.allocate(200);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) 1)
                .putInt(90_000)
                .putInt(0x1234);
        return packet.position(100).flip();
    }
}
