package dev.weir.webrtc.impair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real datagrams through the impairer, there and back. */
@Timeout(60)
class UdpImpairerTest {
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ZERO);
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int QUIET_MILLIS = 300;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private DatagramSocket server;
    private DatagramSocket client;
    private UdpImpairer impairer;

    @BeforeEach
    void open() throws IOException {
        server = new DatagramSocket(0, loopback);
        client = new DatagramSocket(0, loopback);
        impairer = UdpImpairer.start(
                new InetSocketAddress(loopback, 0),
                (InetSocketAddress) server.getLocalSocketAddress(),
                7,
                CLEAN,
                CLEAN);
    }

    @AfterEach
    void close() {
        impairer.close();
        server.close();
        client.close();
    }

    private static void send(DatagramSocket from, InetSocketAddress to, int number) throws IOException {
        byte[] bytes = ByteBuffer.allocate(4).putInt(number).array();
        from.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.receive(packet);
        return packet;
    }

    private static int number(DatagramPacket packet) {
        return ByteBuffer.wrap(packet.getData(), 0, packet.getLength()).getInt();
    }

    private InetSocketAddress exchange(int number) throws IOException {
        send(client, impairer.address(), number);
        DatagramPacket request = receive(server);
        assertThat(number(request)).isEqualTo(number);
        InetSocketAddress seen = (InetSocketAddress) request.getSocketAddress();
        send(server, seen, -number);
        DatagramPacket answer = receive(client);
        assertThat(number(answer)).isEqualTo(-number);
        assertThat(answer.getSocketAddress()).isEqualTo(impairer.address());
        return seen;
    }

    @Test
    void aClientKeepsItsPortUntilTheNatForgetsIt() throws IOException {
        InetSocketAddress first = exchange(1);
        assertThat(first).isNotEqualTo(client.getLocalSocketAddress());
        assertThat(exchange(2)).isEqualTo(first);

        impairer.rebind();

        assertThat(exchange(3)).isNotEqualTo(first);
        assertThat(impairer.counts().rebindings()).isOne();
    }

    @Test
    void losesAndRepeatsByItsSeed() throws IOException {
        impairer.change(CLEAN.withLoss(0.2, 1).withDisorder(0, 0.1), CLEAN);
        // Few enough for the kernel's default receive buffer: nobody reads while they come.
        int count = 150;
        for (int i = 0; i < count; i++) {
            send(client, impairer.address(), i);
        }

        Set<Integer> seen = new HashSet<>();
        int copies = 0;
        server.setSoTimeout(QUIET_MILLIS);
        try {
            for (; ; copies++) {
                DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
                server.receive(packet);
                seen.add(number(packet));
            }
        } catch (SocketTimeoutException end) {
            assertThat(seen.size()).isBetween(95, 140);
            assertThat(copies - seen.size()).isBetween(2, 35);
        }
        UdpImpairer.Counts counts = impairer.counts();
        assertThat(counts.toServer()).isEqualTo(count);
        assertThat(counts.toServer() - counts.toServerLost()).isEqualTo(seen.size());
    }

    @Test
    void takesItsTime() throws IOException {
        exchange(1);
        impairer.change(PathConditions.clean(Duration.ofMillis(80)), PathConditions.clean(Duration.ofMillis(70)));

        long begun = System.nanoTime();
        exchange(2);

        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(150_000_000L);
    }
}
