package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.ice.IceCandidate;
import dev.weir.webrtc.transport.PeerTransport;
import dev.weir.webrtc.transport.TransportPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ICE-TCP, passive (RFC 6544), with a session over it and strangers at the door. */
class TcpTest {
    private static final DtlsIdentity SERVER = DtlsIdentity.generate();
    private static final DtlsIdentity CLIENT = DtlsIdentity.generate();

    private final EventLoopGroup group =
            new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .withLoops(2)
                    .withTcpPort(0));
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

    private InetSocketAddress door() {
        return group.tcpAddresses().get(0);
    }

    private PeerTransport registerServer(EventLoop loop) {
        PeerTransport server = new PeerTransport(pair.server(DtlsRole.SERVER, loop.handshakeExecutor()), serverEvents);
        loop.register(pair.serverUfrag(), server);
        return server;
    }

    private PeerTransport connectThrough(TcpShim shim) throws IOException {
        EventLoop loop = group.loops().get(0);
        PeerTransport client = new PeerTransport(pair.client(DtlsRole.SERVER, loop.handshakeExecutor()), clientEvents);
        client.addRemoteCandidate(IceCandidate.host(shim.address(), 0).toSdp());
        loop.registerClient(client);
        return client;
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            boolean unused = never.await(5, TimeUnit.MILLISECONDS);
        }
    }

    /** The first loop accepts: the connection of a session of the second one has to move. */
    @Test
    void aSessionOfAnyLoopConnectsAndCarriesMediaBothWays() throws Exception {
        for (EventLoop loop : group.loops()) {
            TransportPair own = new TransportPair(SERVER, CLIENT);
            RecordingListener atServer = new RecordingListener();
            RecordingListener atClient = new RecordingListener();
            PeerTransport server = new PeerTransport(own.server(DtlsRole.SERVER, loop.handshakeExecutor()), atServer);
            loop.register(own.serverUfrag(), server);
            try (TcpShim shim = new TcpShim(door())) {
                PeerTransport client =
                        new PeerTransport(own.client(DtlsRole.SERVER, loop.handshakeExecutor()), atClient);
                client.addRemoteCandidate(IceCandidate.host(shim.address(), 0).toSdp());
                group.loops().get(0).registerClient(client);
                assertThat(atServer.awaitConnected()).isTrue();
                assertThat(atClient.awaitConnected()).isTrue();

                group.loops().get(0).execute(() -> client.sendRtp(rtp(1, 100), 0));
                loop.execute(() -> server.sendRtp(rtp(1, 120), 0));

                assertThat(atServer.awaitRtp()).hasSize(100);
                assertThat(atClient.awaitRtp()).hasSize(120);
                loop.execute(() -> server.onShutdown(loop.nowNanos()));
                atClient.awaitClosed();
            }
        }
        await(() -> group.stats().endpoints() == 0, "all gone");
    }

    @Test
    void aSlowReaderLosesPacketsAndHoldsNobodyUp() throws Exception {
        EventLoop loop = group.loops().get(1);
        PeerTransport server = registerServer(loop);
        try (SlowDoor door = new SlowDoor(door());
                TcpShim shim = new TcpShim(door.address())) {
            connectThrough(shim);
            assertThat(serverEvents.awaitConnected()).isTrue();
            door.stopReading();
            long before = group.stats().sendsDropped();

            CountDownLatch sent = new CountDownLatch(1);
            loop.execute(() -> {
                for (int i = 0; i < 20_000; i++) {
                    server.sendRtp(rtp(i, 1_200), loop.nowNanos());
                }
                sent.countDown();
            });

            assertThat(sent.await(20, TimeUnit.SECONDS))
                    .as("the loop is free again")
                    .isTrue();
            assertThat(group.stats().sendsDropped()).isGreaterThan(before);
            await(() -> group.stats().tcpOverdue() == 1, "a peer that takes nothing is given up");
        }
    }

    @Test
    void whatIsNoCheckOfASessionIsShownTheDoorAndNotAnswered() throws Exception {
        registerServer(group.loops().get(1));
        List<byte[]> openings = List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                framed(new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40}),
                framed(unsignedCheck("nosuchsession1234:abcd")),
                framed(unsignedCheck(pair.serverUfrag() + ":abcd")));

        for (byte[] opening : openings) {
            try (Socket stranger = new Socket(door().getAddress(), door().getPort())) {
                stranger.setSoTimeout(10_000);
                stranger.getOutputStream().write(opening);

                assertThat(endsWithoutAByte(stranger)).isTrue();
            }
        }
        assertThat(group.stats().datagramsSent()).isZero();
        assertThat(group.stats().tcpOverdue())
                .as("at once, not when their time was up")
                .isZero();
    }

    /** A reset is an end too: we closed with bytes unread. */
    private static boolean endsWithoutAByte(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    @Test
    void strangersHoldFewConnectionsAndNotForLong() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                strangers.add(new Socket(door().getAddress(), door().getPort()));
            }
            await(() -> group.stats().tcpRefused() == 24, "16 of one address may wait");
            await(() -> group.stats().tcpOverdue() == 16, "and not for long");
            for (Socket stranger : strangers) {
                stranger.setSoTimeout(10_000);
                assertThat(endsWithoutAByte(stranger)).isTrue();
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
        // There is room again.
        registerServer(group.loops().get(0));
        try (TcpShim shim = new TcpShim(door())) {
            connectThrough(shim);
            assertThat(serverEvents.awaitConnected()).isTrue();
        }
    }

    private static byte[] framed(byte[] datagram) {
        return ByteBuffer.allocate(2 + datagram.length)
                .putShort((short) datagram.length)
                .put(datagram)
                .array();
    }

    private static byte[] unsignedCheck(String username) {
        byte[] text = username.getBytes(StandardCharsets.US_ASCII);
        int padded = (text.length + 3) & ~3;
        ByteBuffer stun = ByteBuffer.allocate(24 + padded);
        stun.putShort((short) 1)
                .putShort((short) (4 + padded))
                .putInt(0x2112_A442)
                .position(20);
        stun.putShort((short) 6).putShort((short) text.length).put(text);
        return stun.array();
    }

    private static ByteBuffer rtp(int sequence, int length) {
        ByteBuffer packet = ByteBuffer.allocate(length + 100);
        packet.put((byte) 0x80)
                .put((byte) 96)
                .putShort((short) sequence)
                .putInt(90_000)
                .putInt(0x1234);
        return packet.position(length).flip();
    }
}
