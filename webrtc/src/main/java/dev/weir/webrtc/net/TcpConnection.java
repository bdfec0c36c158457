package dev.weir.webrtc.net;

import dev.weir.webrtc.ice.FiveTuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries datagrams over one TCP connection, each behind its length in 16 bits (RFC 4571). What the peer is too slow to take
 * is dropped, whole datagrams at a time, as a network would; nobody ever waits for it. On one loop at a time.
 */
final class TcpConnection implements Ready {
    private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);

    private static final int LENGTH_BYTES = 2;
    /** Largest datagram of WebRTC; a longer frame is not for us. */
    private static final int MAX_FRAME = 2_048;

    private static final int IN_BYTES = 16 * 1_024;
    private static final int READ_BUDGET = 4;
    /** About a second of video. */
    private static final int MAX_WAITING_BYTES = 512 * 1_024;

    private static final long CLAIM_NANOS = 5_000_000_000L;
    /** A peer that takes nothing for so long is not a viewer. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    private final SocketChannel channel;
    private final FiveTuple path;
    private final ByteBuffer in = ByteBuffer.allocate(IN_BYTES);
    /** Direct; one framed datagram at a time. */
    private final ByteBuffer out = ByteBuffer.allocateDirect(LENGTH_BYTES + MAX_FRAME);

    private final ByteBuffer frame = ByteBuffer.allocate(2 * MAX_FRAME);
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private final long acceptedNanos;
    private int waitingBytes;
    private long progressNanos;

    private @Nullable TcpConnections home;
    private @Nullable SelectionKey key;
    private @Nullable Attachment attachment;
    private @Nullable EventLoop destination;
    private boolean claimed;
    private boolean closed;

    TcpConnection(SocketChannel channel, FiveTuple path, long nowNanos) {
        this.channel = channel;
        this.path = path;
        this.acceptedNanos = nowNanos;
    }

    FiveTuple path() {
        return path;
    }

    /** Registers with the loop of {@code connections}. */
    void joined(TcpConnections connections, Selector selector) throws IOException {
        home = connections;
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Leaves its loop; it may join another one. */
    void left() {
        if (key != null) {
            key.cancel();
            key = null;
        }
        home = null;
    }

    /** Returns whom the first check was for; null before it came. */
    @Nullable
    Attachment attachment() {
        return attachment;
    }

    /** Makes it leave for the loop of its session once the buffer is at rest. */
    void moveTo(EventLoop owner) {
        destination = owner;
    }

    void meant(Attachment receiver) {
        attachment = receiver;
    }

    boolean isClaimed() {
        return claimed;
    }

    /** A check on it was authenticated. */
    void claimed() {
        claimed = true;
    }

    boolean isOpen() {
        return !closed;
    }

    boolean isOverdue(long nowNanos) {
        return claimed
                ? !waiting.isEmpty() && nowNanos - progressNanos >= STUCK_NANOS
                : nowNanos - acceptedNanos >= CLAIM_NANOS;
    }

    @Override
    public void onReady() {
        TcpConnections connections = home;
        if (connections == null || closed) {
            return;
        }
        try {
            if (!waiting.isEmpty()) {
                flush(connections.loop().nowNanos());
            }
            read(connections);
        } catch (IOException e) {
            LOG.debug("connection lost", e);
            connections.close(this);
        }
        EventLoop owner = destination;
        if (owner != null) {
            destination = null;
            connections.move(this, owner);
        }
    }

    private void read(TcpConnections connections) throws IOException {
        for (int i = 0; i < READ_BUDGET; i++) {
            if (!takeFrames(connections)) {
                return;
            }
            int length = channel.read(in);
            if (length < 0) {
                connections.close(this);
                return;
            }
            if (length == 0) {
                return;
            }
            LoopCounters.add(connections.counters().bytesReceived, length);
        }
        // What is left in the buffer must not wait for more bytes.
        takeFrames(connections);
    }

    /** Hands on what is complete in the buffer; returns whether to go on. */
    private boolean takeFrames(TcpConnections connections) {
        in.flip();
        try {
            while (in.remaining() >= LENGTH_BYTES) {
                int length = in.getShort(in.position()) & 0xFFFF;
                if (length > MAX_FRAME) {
                    connections.close(this);
                    return false;
                }
                if (in.remaining() < LENGTH_BYTES + length) {
                    return true;
                }
                frame.clear();
                frame.put(in.array(), in.position() + LENGTH_BYTES, length).flip();
                boolean mine = connections.onFrame(this, frame);
                if (mine) {
                    in.position(in.position() + LENGTH_BYTES + length);
                    LoopCounters.add(connections.counters().datagramsReceived, 1);
                } else {
                    return false;
                }
            }
            return true;
        } finally {
            in.compact();
        }
    }

    /** Sends a datagram now or keeps it for a moment; false = dropped. */
    boolean send(ByteBuffer datagram, long nowNanos) {
        int length = datagram.remaining();
        if (closed || length > MAX_FRAME || waitingBytes + length > MAX_WAITING_BYTES) {
            return false;
        }
        out.clear();
        out.putShort((short) length);
        out.put(datagram.array(), datagram.arrayOffset() + datagram.position(), length)
                .flip();
        try {
            if (waiting.isEmpty() && channel.write(out) > 0) {
                progressNanos = nowNanos;
            }
        } catch (IOException e) {
            // The next read sees it too, and closes.
            LOG.debug("connection lost", e);
            return false;
        }
        if (out.hasRemaining()) {
            keep(nowNanos);
        }
        return true;
    }

    private void keep(long nowNanos) {
        if (waiting.isEmpty()) {
            progressNanos = nowNanos;
        }
        waitingBytes += out.remaining();
        waiting.add(ByteBuffer.allocate(out.remaining()).put(out).flip());
        interest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    private void flush(long nowNanos) throws IOException {
        ByteBuffer first = waiting.peek();
        while (first != null) {
            int written = channel.write(first);
            waitingBytes -= written;
            if (written > 0) {
                progressNanos = nowNanos;
            }
            if (first.hasRemaining()) {
                return;
            }
            waiting.remove();
            first = waiting.peek();
        }
        interest(SelectionKey.OP_READ);
    }

    private void interest(int operations) {
        SelectionKey registered = key;
        if (registered != null && registered.isValid()) {
            registered.interestOps(operations);
        }
    }

    /** Closes; returns whether it was open. What the kernel has taken still goes out. */
    boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        waiting.clear();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("connection did not close", e);
        }
        return true;
    }
}
