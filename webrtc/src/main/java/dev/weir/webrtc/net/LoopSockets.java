package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The UDP sockets of one loop: those of the shared port, by which its sessions send, and those of clients. */
final class LoopSockets {
    private final Readiness readiness;
    private final Receiver receiver;
    private final LoopCounters counters;
    /** Null where datagrams go one by one. */
    private final @Nullable DatagramTrains trains;

    private volatile List<UdpSocket> shared = List.of();

    LoopSockets(Readiness readiness, Receiver receiver, @Nullable DatagramTrains trains, LoopCounters counters) {
        this.readiness = readiness;
        this.receiver = receiver;
        this.trains = trains;
        this.counters = counters;
    }

    /** Adds a socket of the shared port before the loop starts; {@code reads} = the loop also receives on it. */
    void add(DatagramChannel channel, BoundAddress bound, boolean reads) throws IOException {
        UdpSocket socket = open(channel, bound, null);
        List<UdpSocket> all = new ArrayList<>(shared);
        all.add(socket);
        shared = List.copyOf(all);
        if (reads) {
            receive(socket);
        }
    }

    /** Prepares to send and receive by {@code channel}; with {@code client}, for that alone. */
    UdpSocket open(DatagramChannel channel, BoundAddress bound, @Nullable Attachment client) {
        if (trains == null) {
            return new UdpSocket(channel, bound, counters, client);
        }
        int descriptor = SegmentationOffload.ofThisMachine().descriptor(channel);
        // Where an older kernel does not, arrivals come one by one.
        boolean unused = SegmentationOffload.joinArrivals(descriptor);
        return new UdpSocket(channel, bound, counters, client, trains, descriptor);
    }

    /** Has the loop receive by {@code socket}. */
    void receive(UdpSocket socket) throws IOException {
        Ready reader = () -> receiver.read(socket);
        socket.channel().register(readiness.selector(), SelectionKey.OP_READ, reader);
    }

    /** Returns those of the shared port; from any thread. */
    List<UdpSocket> shared() {
        return shared;
    }

    /** Returns the concrete addresses of the shared port; from any thread. */
    List<InetSocketAddress> addresses() {
        return shared.stream().map(socket -> socket.bound().address()).toList();
    }

    /** Sends what waits for more to the same peer. */
    void flush() {
        if (trains != null) {
            trains.flush();
        }
    }

    /** Closes those of the shared port. */
    void close() {
        shared.forEach(UdpSocket::close);
    }
}
