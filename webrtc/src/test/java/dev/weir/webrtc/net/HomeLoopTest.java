package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions settle on the loop whose socket their peer's datagrams reach: counted with real sockets. */
class HomeLoopTest {
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();
    /** One in two would have to be handed over by chance: all of them stay where they are once in 4,096 runs. */
    private static final int SESSIONS = 12;

    private static final int PACKETS = 20;

    private final EventLoopGroup servers = group(2);
    private final EventLoopGroup clients = group(1);

    /** A session of the group and its peer. */
    private final class Pair {
        private final HomeLoop home = new LoopBalance(servers).home();
        private final RecordingListener received = new RecordingListener();
        private final RecordingListener events = new RecordingListener();
        private final EventLoop loop = clients.next();
        private final PeerTransport server;
        private final PeerTransport client;

        Pair() throws Exception {
            TransportPair pair = new TransportPair(SERVER, CLIENT);
            server = new PeerTransport(pair.server(DtlsRole.SERVER, home.handshakeExecutor()), received);
            client = new PeerTransport(pair.client(DtlsRole.SERVER, loop.handshakeExecutor()), events);
            client.addRemoteCandidate(
                    IceCandidate.host(servers.localAddress(), 0).toSdp());
            home.register(pair.serverUfrag(), server);
            loop.registerClient(client);
        }

        void send() {
            loop.execute(() -> {
                for (int i = 0; i < PACKETS; i++) {
                    assertThat(client.sendRtp(rtp(i), loop.nowNanos())).isTrue();
                }
            });
        }
    }

    private static EventLoopGroup group(int loops) {
        return new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(loops));
    }

    @BeforeEach
    void start() throws Exception {
        servers.start();
        clients.start();
    }

    @AfterEach
    void stop() {
        clients.close();
        servers.close();
    }

    @Test
    void whatPeersSendAfterTheHandshakeIsNotHandedFromLoopToLoop() throws Exception {
        List<Pair> pairs = connect();
        long before = servers.stats().handedOver();

        for (Pair pair : pairs) {
            pair.send();
        }

        for (Pair pair : pairs) {
            for (int i = 0; i < PACKETS; i++) {
                assertThat(pair.received.awaitRtp()).hasSize(100);
            }
        }
        assertThat(servers.stats().handedOver()).isEqualTo(before);
        assertThat(servers.stats().endpoints()).isEqualTo(SESSIONS);
    }

    @Test
    void whatWasGivenToTheHomeBeforeASessionMovedRunsOnItsLoop() throws Exception {
        List<CompletableFuture<Boolean>> onLoop = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            Pair pair = new Pair();
            pairs.add(pair);
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            onLoop.add(result);
            Runnable atTheEnd = pair.home.turnEnd(() -> result.complete(pair.home.inLoop()));
            ScheduledTask unused = pair.home.schedule(300_000_000, atTheEnd);
        }

        for (int i = 0; i < SESSIONS; i++) {
            assertThat(pairs.get(i).received.awaitConnected()).isTrue();
            assertThat(onLoop.get(i).get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aSessionThatMovedEndsWithBothLoopsFree() throws Exception {
        for (Pair pair : connect()) {
            pair.home.execute(() -> pair.server.close(new CloseReason.Requested("test"), pair.home.nowNanos()));
            assertThat(pair.events.awaitClosed()).isEqualTo(new CloseReason.PeerClosed());
        }

        await().until(() -> servers.stats().endpoints() == 0);
    }

    private List<Pair> connect() throws Exception {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            pairs.add(new Pair());
        }
        for (Pair pair : pairs) {
            assertThat(pair.received.awaitConnected()).isTrue();
            assertThat(pair.events.awaitConnected()).isTrue();
        }
        return pairs;
    }

    private static ByteBuffer rtp(int sequenceNumber) {
        ByteBuffer packet = ByteBuffer.allocate(200);
        packet.put((byte) 0x80).put((byte) 96).putShort((short) sequenceNumber);
        return packet.putInt(90_000).putInt(0x1234).position(100).flip();
    }
}
