package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Sends and receives on one non-blocking UDP channel for one loop. */
final class UdpSocket {
    /** Larger than any datagram of WebRTC. */
    private static final int BUFFER_BYTES = 2_048;

    private final DatagramChannel channel;
    private final BoundAddress bound;
    private final LoopCounters counters;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** Set when the socket serves one client endpoint only. */
    private final @Nullable Attachment client;

    UdpSocket(DatagramChannel channel, BoundAddress bound, LoopCounters counters, @Nullable Attachment client) {
        this.channel = channel;
        this.bound = bound;
        this.counters = counters;
        this.client = client;
    }

    /** Opens a non-blocking channel bound to {@code address}; {@code shared} = other sockets may bind there too. */
    static DatagramChannel open(InetSocketAddress address, NetConfig config, boolean shared) throws IOException {
        InetAddress ip = address.getAddress();
        DatagramChannel channel = DatagramChannel.open(
                ip instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        return bind(channel, address, config, shared);
    }

    /** Opens a non-blocking channel on an ephemeral port that reaches every family that this host has. */
    static DatagramChannel openEphemeral(NetConfig config) throws IOException {
        return bind(DatagramChannel.open(), new InetSocketAddress(0), config, false);
    }

    private static DatagramChannel bind(
            DatagramChannel channel, InetSocketAddress address, NetConfig config, boolean shared) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, config.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.SO_SNDBUF, config.sendBufferBytes());
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            return channel.bind(address);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    DatagramChannel channel() {
        return channel;
    }

    BoundAddress bound() {
        return bound;
    }

    @Nullable
    Attachment client() {
        return client;
    }

    /** Receives into {@code buffer}, flipped; null = nothing there. */
    @Nullable
    InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        buffer.clear().limit(BUFFER_BYTES);
        InetSocketAddress source = (InetSocketAddress) channel.receive(buffer);
        if (source != null) {
            buffer.flip();
            LoopCounters.add(counters.datagramsReceived, 1);
            LoopCounters.add(counters.bytesReceived, buffer.remaining());
        }
        return source;
    }

    void send(ByteBuffer datagram, InetSocketAddress remote) {
        int length = datagram.remaining();
        if (length > BUFFER_BYTES) {
            LoopCounters.add(counters.sendsDropped, 1);
            return;
        }
        out.clear();
        out.put(datagram.array(), datagram.arrayOffset() + datagram.position(), length)
                .flip();
        if (trySend(remote) == length) {
            LoopCounters.add(counters.datagramsSent, 1);
            LoopCounters.add(counters.bytesSent, length);
        } else {
            LoopCounters.add(counters.sendsDropped, 1);
        }
    }

    private int trySend(InetSocketAddress remote) {
        try {
            return channel.send(out, remote);
        } catch (IOException | RuntimeException e) {
            // Unreachable network, a firewall's refusal, or an address that the family cannot reach: as good as lost.
            return 0;
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing left to release
            LoopCounters.add(counters.sendsDropped, 0);
        }
    }
}
