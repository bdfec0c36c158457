package dev.weir.gateway.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A one-to-one NAT: takes datagrams at an address of its own and passes them to a server at another one, port by port, and
 * back. Can stop to let the clients' side through.
 */
public final class UdpRelay implements AutoCloseable {
    private final DatagramSocket outside;
    private final InetSocketAddress server;
    private final Map<SocketAddress, DatagramSocket> inside = new ConcurrentHashMap<>();
    private final AtomicLong toClients = new AtomicLong();
    private volatile boolean deaf;

    public UdpRelay(String address, InetSocketAddress server) throws IOException {
        this.server = server;
        outside = new DatagramSocket(server.getPort(), InetAddress.getByName(address));
        start(this::inward, "relay-in");
    }

    private interface Loop {
        void run() throws IOException;
    }

    private static void start(Loop loop, String name) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        // closed
                        return;
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets nothing of the clients through any more. */
    public void goDeaf() {
        deaf = true;
    }

    /** Returns how many datagrams the server has sent to clients. */
    public long toClients() {
        return toClients.get();
    }

    private void inward() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        while (true) {
            packet.setLength(2_048);
            outside.receive(packet);
            SocketAddress client = packet.getSocketAddress();
            DatagramSocket socket = inside.get(client);
            if (socket == null) {
                DatagramSocket opened = new DatagramSocket(0, server.getAddress());
                inside.put(client, opened);
                start(() -> outward(opened, client), "relay-out");
                socket = opened;
            }
            if (!deaf) {
                socket.send(new DatagramPacket(packet.getData(), packet.getLength(), server));
            }
        }
    }

    private void outward(DatagramSocket socket, SocketAddress client) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        while (true) {
            packet.setLength(2_048);
            socket.receive(packet);
            toClients.incrementAndGet();
            outside.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
        }
    }

    @Override
    public void close() {
        outside.close();
        inside.values().forEach(DatagramSocket::close);
    }
}
