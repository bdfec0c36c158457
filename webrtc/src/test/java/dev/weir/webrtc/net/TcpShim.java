package dev.weir.webrtc.net;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Carries the datagrams of a UDP client over a TCP connection and back, framed as in RFC 4571: so our client, which speaks
 * UDP only, is an active ICE-TCP client. Writes in pieces, as TCP may.
 */
final class TcpShim implements AutoCloseable {
    private final DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Socket tcp = new Socket();
    private volatile @Nullable SocketAddress client;

    TcpShim(InetSocketAddress server) throws IOException {
        tcp.setReceiveBufferSize(8_192);
        tcp.connect(server, 5_000);
        tcp.setTcpNoDelay(true);
        start(this::outward, "shim-out");
        start(this::inward, "shim-in");
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

    /** Returns where a client sends its datagrams to. */
    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    private void outward() throws IOException {
        DataOutputStream out = new DataOutputStream(tcp.getOutputStream());
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        while (true) {
            packet.setLength(2_048);
            udp.receive(packet);
            client = packet.getSocketAddress();
            int half = packet.getLength() / 2;
            out.writeShort(packet.getLength());
            out.write(packet.getData(), 0, half);
            out.flush();
            out.write(packet.getData(), half, packet.getLength() - half);
            out.flush();
        }
    }

    private void inward() throws IOException {
        DataInputStream in = new DataInputStream(tcp.getInputStream());
        while (true) {
            byte[] datagram = new byte[in.readUnsignedShort()];
            in.readFully(datagram);
            SocketAddress to = client;
            if (to != null) {
                udp.send(new DatagramPacket(datagram, datagram.length, to));
            }
        }
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
