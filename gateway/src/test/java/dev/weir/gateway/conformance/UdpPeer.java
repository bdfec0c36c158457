package dev.weir.gateway.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** A bare UDP socket on loopback that says and hears what a test wants. */
public final class UdpPeer implements AutoCloseable {
    private final DatagramSocket socket;

    public UdpPeer() throws IOException {
        this("127.0.0.1");
    }

    public UdpPeer(String address) throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName(address));
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Returns a host candidate line for it, without {@code a=}. */
    public String candidate() {
        return "candidate:1 1 udp 2130706431 " + address().getAddress().getHostAddress() + " "
                + address().getPort() + " typ host";
    }

    public void send(byte[] datagram, InetSocketAddress to) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length, to));
    }

    /** Returns the next datagram that {@code wanted} accepts, or empty after {@code patience}. */
    public Optional<byte[]> receive(Predicate<byte[]> wanted, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        while (true) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            socket.setSoTimeout((int) left);
            try {
                packet.setLength(2_048);
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            }
            byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
            if (wanted.test(datagram)) {
                return Optional.of(datagram);
            }
        }
    }

    /** Forgets what has arrived. */
    public void drain() throws IOException {
        while (receive(datagram -> true, Duration.ofMillis(20)).isPresent()) {
            // one less
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
