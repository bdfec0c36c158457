package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections at one address and gives them to a loop. On that loop. */
final class TcpAcceptor implements Ready {
    private static final Logger LOG = LoggerFactory.getLogger(TcpAcceptor.class);
    private static final int BACKLOG = 128;
    private static final int ACCEPT_BUDGET = 16;
    private static final long REST_NANOS = 1_000_000_000L;

    private final ServerSocketChannel channel;
    private final EventLoop loop;
    private final SelectionKey key;

    private TcpAcceptor(ServerSocketChannel channel, EventLoop loop, Selector selector) throws IOException {
        this.channel = channel;
        this.loop = loop;
        this.key = channel.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    /** Listens at {@code address}, before {@code loop} starts. */
    static TcpAcceptor open(InetSocketAddress address, EventLoop loop, Selector selector) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new TcpAcceptor(channel, loop, selector);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public void onReady() {
        try {
            for (int i = 0; i < ACCEPT_BUDGET; i++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                loop.tcp().accept(accepted);
            }
        } catch (IOException e) {
            // Most likely no file descriptor is left: asking again at once would spin.
            LOG.warn("cannot accept TCP connections for a second: {}", e.toString());
            key.interestOps(0);
            loop.addTimer(loop.nowNanos() + REST_NANOS, () -> {
                if (key.isValid()) {
                    key.interestOps(SelectionKey.OP_ACCEPT);
                }
            });
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("acceptor did not close", e);
        }
    }
}
