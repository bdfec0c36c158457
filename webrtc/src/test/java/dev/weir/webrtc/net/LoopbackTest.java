package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.transport.CloseReason;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs both ends over real sockets on loopback. */
class LoopbackTest {
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();

    private static final NetConfig CONFIG = NetConfig.of(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
            .withLoops(2);

    private EventLoopGroup group = new EventLoopGroup(CONFIG);
    private final TransportPair pair = new TransportPair(SERVER, CLIENT);
    private final RecordingListener serverEvents = new RecordingListener();
    private final RecordingListener clientEvents = new RecordingListener();

    @AfterEach
    void stop() {
        group.close();
    }

    @ParameterizedTest
    @CsvSource({"CLIENT, gso", "SERVER, gso", "SERVER, nio (as configured)"})
    void aClientAndAServerExchangePackets(DtlsRole serverRole, String path) throws Exception {
        // given
        group = new EventLoopGroup(path.equals("gso") ? CONFIG : CONFIG.withPortableSockets());
        group.start();
        assertThat(group.sendPath()).isEqualTo(path);
        EventLoop serverLoop = group.next();
        EventLoop clientLoop = group.next();
        PeerTransport server = new PeerTransport(pair.server(serverRole, serverLoop.handshakeExecutor()), serverEvents);
        PeerTransport client = new PeerTransport(pair.client(serverRole, clientLoop.handshakeExecutor()), clientEvents);
        client.addRemoteCandidate(IceCandidate.host(group.localAddress(), 0).toSdp());

        // when
        serverLoop.register(pair.serverUfrag(), server);
        clientLoop.registerClient(client);

        // then
        assertThat(serverEvents.awaitConnected()).isTrue();
        assertThat(clientEvents.awaitConnected()).isTrue();
        assertThat(server.srtpProfile()).contains(SrtpProfile.AEAD_AES_128_GCM);
        clientLoop.execute(() -> client.sendRtp(rtp(1), clientLoop.nowNanos()));
        assertThat(serverEvents.awaitRtp()).containsExactly(plain(rtp(1)));
        serverLoop.execute(() -> server.sendRtp(rtp(7), serverLoop.nowNanos()));
        assertThat(clientEvents.awaitRtp()).containsExactly(plain(rtp(7)));
        serverLoop.execute(() -> server.close(new CloseReason.Requested("test"), serverLoop.nowNanos()));
        assertThat(clientEvents.awaitClosed()).isEqualTo(new CloseReason.PeerClosed());
        assertThat(serverEvents.awaitClosed()).isEqualTo(new CloseReason.Requested("test"));
    }

    private static byte[] plain(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static ByteBuffer rtp(int sequenceNumber) {
        ByteBuffer packet = ByteBuffer.allocate(200);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) sequenceNumber)
                .putInt(90_000)
                .putInt(0x1234);
        while (packet.position() < 100) {
            packet.put((byte) packet.position());
        }
        return packet.flip();
    }
}
