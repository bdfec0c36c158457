package dev.weir.gateway.http;

import dev.weir.gateway.tls.TlsContext;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Accepts connections for Undertow. Does what {@link Undertow} itself does, and looks at each connection before Undertow
 * begins to read from it, which {@link Undertow} has no place for.
 */
final class Listeners implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int MAX_CONNECTIONS = 4096;

    /**
     * A refused body is read up to here and discarded: a connection that is closed while its client still sends is
     * reset, and the reset takes the answer with it. What a handler reads is bounded by {@link Body}.
     */
    private static final int MAX_ENTITY_BYTES = 1024 * 1024;

    private static final int HEADER_TIMEOUT_MILLIS = 5_000;
    /** Idle, and also as long as a client may take to read what already lies in the system's buffer for it. */
    private static final int KEEP_ALIVE_MILLIS = 15_000;

    /** As Undertow's: 16 KiB with room for TLS. */
    private static final int BUFFER_BYTES = 16 * 1024 - 20;

    private static final int BUFFERS_PER_THREAD = 4;
    private static final int BACKLOG = 1_000;

    private static final OptionMap HTTP = OptionMap.builder()
            .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
            .set(UndertowOptions.MAX_ENTITY_SIZE, (long) MAX_ENTITY_BYTES)
            .set(UndertowOptions.MAX_HEADER_SIZE, 16 * 1024)
            .set(UndertowOptions.MAX_HEADERS, 100)
            .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_TIMEOUT_MILLIS)
            .set(UndertowOptions.NO_REQUEST_TIMEOUT, KEEP_ALIVE_MILLIS)
            .getMap();

    private static final OptionMap SOCKETS = OptionMap.builder()
            .set(Options.WORKER_IO_THREADS, IO_THREADS)
            .set(Options.TCP_NODELAY, true)
            .set(Options.REUSE_ADDRESSES, true)
            .set(Options.BALANCING_TOKENS, 1)
            .set(Options.BALANCING_CONNECTIONS, 2)
            .set(Options.BACKLOG, BACKLOG)
            .set(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
            .set(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
            .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(TlsContext.PROTOCOLS))
            .set(Options.SSL_ENABLED_CIPHER_SUITES, Sequence.of(TlsContext.CIPHER_SUITES))
            .getMap();

    private final ConnectionCap cap;
    private final Xnio xnio = Xnio.getInstance(Undertow.class.getClassLoader());
    private final XnioWorker worker;
    private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER_BYTES, -1, BUFFERS_PER_THREAD);
    private final List<AcceptingChannel<? extends StreamConnection>> channels = new ArrayList<>();

    /** Starts the threads. */
    Listeners(ConnectionCap cap, int workerThreads) throws IOException {
        this.cap = cap;
        this.worker = xnio.createWorker(OptionMap.builder()
                .set(Options.WORKER_IO_THREADS, IO_THREADS)
                .set(Options.WORKER_TASK_CORE_THREADS, workerThreads)
                .set(Options.WORKER_TASK_MAX_THREADS, workerThreads)
                .set(Options.TCP_NODELAY, true)
                .set(Options.CORK, true)
                .getMap());
    }

    /** Opens {@code address} and serves {@code root} there; returns it with the port that the system chose. */
    InetSocketAddress open(InetSocketAddress address, Optional<TlsContext> tls, HttpHandler root) throws IOException {
        HttpOpenListener http = new HttpOpenListener(buffers, HTTP);
        http.setRootHandler(root);
        ChannelListener<StreamConnection> guarded = connection -> accept(connection, http);
        InetSocketAddress literal = new InetSocketAddress(address.getHostString(), address.getPort());
        AcceptingChannel<? extends StreamConnection> channel = tls.isPresent()
                ? new UndertowXnioSsl(xnio, OptionMap.EMPTY, buffers, tls.get().sslContext())
                        .createSslConnectionServer(
                                worker, literal, ChannelListeners.openListenerAdapter(guarded), SOCKETS)
                : worker.createStreamConnectionServer(literal, ChannelListeners.openListenerAdapter(guarded), SOCKETS);
        channels.add(channel);
        channel.resumeAccepts();
        return (InetSocketAddress) channel.getLocalAddress();
    }

    private void accept(StreamConnection connection, HttpOpenListener http) {
        SocketAddress peer = connection.getPeerAddress();
        if (peer instanceof InetSocketAddress client
                && client.getAddress() != null
                && !cap.admits(connection, client.getAddress())) {
            IoUtils.safeClose(connection);
            return;
        }
        http.handleEvent(connection);
    }

    /** Closes the ports and the connections, and ends the threads. */
    @Override
    public void close() {
        channels.forEach(IoUtils::safeClose);
        worker.shutdownNow();
        try {
            worker.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        buffers.close();
    }
}
