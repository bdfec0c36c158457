package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.ice.Protocol;
import dev.weir.webrtc.ice.StunUsername;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the ICE-TCP connections of one loop (RFC 6544, passive side). A connection must begin with a check of a session of
 * ours and be claimed by it, soon, or it is closed; so strangers hold few and for a short time. On the loop.
 */
final class TcpConnections {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnections.class);
    private static final long SCAN_NANOS = 1_000_000_000L;

    /** Bounds what strangers may hold, over all loops. */
    static final class Admission {
        private static final int MAX_STRANGERS = 512;
        private static final int MAX_STRANGERS_PER_ADDRESS = 16;

        private final AtomicInteger strangers = new AtomicInteger();
        private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

        boolean enter(InetAddress address) {
            if (strangers.incrementAndGet() > MAX_STRANGERS) {
                strangers.decrementAndGet();
                return false;
            }
            if (byAddress.merge(address, 1, Integer::sum) > MAX_STRANGERS_PER_ADDRESS) {
                leave(address);
                return false;
            }
            return true;
        }

        void leave(InetAddress address) {
            strangers.decrementAndGet();
            byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private final EventLoop loop;
    private final Selector selector;
    private final Router router;
    private final Admission admission;
    private final LoopCounters counters;
    private final Map<FiveTuple, TcpConnection> connections = new HashMap<>();
    private final List<TcpAcceptor> acceptors = new ArrayList<>();
    private boolean scanning;

    TcpConnections(EventLoop loop, Selector selector, Router router, Admission admission, LoopCounters counters) {
        this.loop = loop;
        this.selector = selector;
        this.router = router;
        this.admission = admission;
        this.counters = counters;
    }

    EventLoop loop() {
        return loop;
    }

    LoopCounters counters() {
        return counters;
    }

    /** Takes connections at {@code address}, before the loop starts; returns it with the port that was taken. */
    InetSocketAddress listen(InetSocketAddress address) throws IOException {
        TcpAcceptor acceptor = TcpAcceptor.open(address, loop, selector);
        acceptors.add(acceptor);
        return acceptor.address();
    }

    void accept(SocketChannel channel) {
        InetAddress admitted = null;
        try {
            InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
            FiveTuple path = new FiveTuple((InetSocketAddress) channel.getLocalAddress(), remote, Protocol.TCP);
            if (!admission.enter(remote.getAddress())) {
                LoopCounters.add(counters.tcpRefused, 1);
                channel.close();
                return;
            }
            admitted = remote.getAddress();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            LoopCounters.add(counters.tcpAccepted, 1);
            adopt(new TcpConnection(channel, path, loop.nowNanos()));
        } catch (IOException e) {
            LOG.debug("connection lost while it was accepted", e);
            if (admitted != null) {
                admission.leave(admitted);
            }
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("connection did not close", e);
        }
    }

    /** Takes a connection that is on no loop. */
    private void adopt(TcpConnection connection) {
        try {
            connections.put(connection.path(), connection);
            connection.joined(this, selector);
            scanLater();
        } catch (IOException e) {
            close(connection);
        }
    }

    private void scanLater() {
        if (!scanning) {
            scanning = true;
            TimerWheel.Timer unused = loop.addTimer(loop.nowNanos() + SCAN_NANOS, this::scan);
        }
    }

    /** Closes those whose time is up. */
    private void scan() {
        scanning = false;
        for (TcpConnection connection : List.copyOf(connections.values())) {
            if (connection.isOverdue(loop.nowNanos())) {
                LoopCounters.add(counters.tcpOverdue, 1);
                close(connection);
            }
        }
        if (!connections.isEmpty()) {
            scanLater();
        }
    }

    /**
     * Takes one frame of {@code connection}, at position 0 of a buffer with room. Returns false when no further one may be
     * read on this loop: the connection is closed, or must move and has this frame still to read there.
     */
    boolean onFrame(TcpConnection connection, ByteBuffer frame) {
        Attachment attachment = connection.attachment();
        if (attachment == null) {
            attachment = find(frame);
            if (attachment == null) {
                LoopCounters.add(counters.unknownUfrag, 1);
                close(connection);
                return false;
            }
        }
        if (attachment.loop() != loop) {
            // Found a moment ago, or moved since its last frame.
            connection.moveTo(attachment.loop());
            return false;
        }
        connection.meant(attachment);
        loop.deliver(attachment, frame, connection.path());
        if (!connection.isClaimed()) {
            close(connection);
        }
        return connection.isOpen();
    }

    private @Nullable Attachment find(ByteBuffer frame) {
        Optional<String> ufrag =
                StunUsername.looksLikeStun(frame) ? StunUsername.receiverUfrag(frame) : Optional.empty();
        return ufrag.map(router::byUfrag).orElse(null);
    }

    void move(TcpConnection connection, EventLoop owner) {
        connections.remove(connection.path());
        connection.left();
        owner.execute(() -> owner.tcp().arrived(connection));
    }

    private void arrived(TcpConnection connection) {
        adopt(connection);
        if (connection.isOpen()) {
            connection.onReady();
        }
    }

    boolean claim(FiveTuple path, Attachment attachment) {
        TcpConnection connection = connections.get(path);
        if (connection == null || !attachment.equals(connection.attachment())) {
            return false;
        }
        if (!connection.isClaimed()) {
            connection.claimed();
            admission.leave(path.remote().getAddress());
        }
        return true;
    }

    void release(FiveTuple path) {
        TcpConnection connection = connections.get(path);
        if (connection != null) {
            close(connection);
        }
    }

    void send(ByteBuffer datagram, FiveTuple path) {
        TcpConnection connection = connections.get(path);
        if (connection == null || !connection.send(datagram, loop.nowNanos())) {
            LoopCounters.add(counters.sendsDropped, 1);
        } else {
            LoopCounters.add(counters.datagramsSent, 1);
            LoopCounters.add(counters.bytesSent, datagram.remaining());
        }
    }

    void close(TcpConnection connection) {
        if (connection.close()) {
            connections.remove(connection.path());
            if (!connection.isClaimed()) {
                admission.leave(connection.path().remote().getAddress());
            }
        }
    }

    /** Closes all, and takes no more. */
    void closeAll() {
        acceptors.forEach(TcpAcceptor::close);
        List.copyOf(connections.values()).forEach(this::close);
    }

    int size() {
        return connections.size();
    }
}
