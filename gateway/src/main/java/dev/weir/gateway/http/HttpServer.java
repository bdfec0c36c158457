package dev.weir.gateway.http;

import dev.weir.gateway.access.Gate;
import dev.weir.gateway.tls.TlsContext;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.xnio.Options;
import org.xnio.Sequence;

/**
 * Serves WHIP, WHEP, statistics, health, metrics and the pages over HTTP/1.1. Start and close from one thread; requests run on
 * Undertow's own threads.
 */
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 2;
    private static final int MAX_CONNECTIONS = 4096;
    private static final int MAX_ENTITY_BYTES = 128 * 1024;
    private static final int HEADER_TIMEOUT_MILLIS = 5_000;
    /** Idle, and also as long as a client may take to read what already lies in the system's buffer for it. */
    private static final int KEEP_ALIVE_MILLIS = 15_000;

    private final HttpConfig config;
    private final HttpHandler root;
    private final HttpHandler publicRoot;
    private Optional<Undertow> undertow = Optional.empty();

    /** Takes its settings, what stands before everything it serves, and what it serves. */
    public HttpServer(HttpConfig config, Gate gate, WhipConfig whip, Backend backend) {
        this.config = config;
        HttpHandler guarded = new AccessGuard(gate, new Router(new Api(whip, backend).routes()));
        this.root = new Guard(new Cors(guarded), config.requestTimeout());
        this.publicRoot = config.adminAddress().isEmpty()
                ? root
                : new Guard(new Cors(new PublicSurface(guarded)), config.requestTimeout());
    }

    /**
     * Opens the port and serves.
     *
     * @throws IOException saying which address or certificate cannot be used and why
     */
    public void start() throws IOException {
        Optional<TlsContext> tls = Optional.empty();
        if (config.tls().isPresent()) {
            tls = Optional.of(TlsContext.of(config.tls().get()));
        }
        Undertow.Builder builder =
                Undertow.builder().addListener(listener(config.address(), tls).setRootHandler(publicRoot));
        if (config.adminAddress().isPresent()) {
            InetSocketAddress admin = config.adminAddress().get();
            boolean local = admin.getAddress() != null && admin.getAddress().isLoopbackAddress();
            builder.addListener(listener(admin, local ? Optional.empty() : tls).setRootHandler(root));
        }
        Undertow server = builder.setIoThreads(IO_THREADS)
                .setWorkerThreads(config.workerThreads())
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) MAX_ENTITY_BYTES)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, 16 * 1024)
                .setServerOption(UndertowOptions.MAX_HEADERS, 100)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEADER_TIMEOUT_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, KEEP_ALIVE_MILLIS)
                .setSocketOption(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
                .setSocketOption(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
                .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(TlsContext.PROTOCOLS))
                .setSocketOption(Options.SSL_ENABLED_CIPHER_SUITES, Sequence.of(TlsContext.CIPHER_SUITES))
                .build();
        try {
            server.start();
        } catch (RuntimeException e) {
            server.stop();
            throw cannotListen(e);
        }
        undertow = Optional.of(server);
    }

    private static Undertow.ListenerBuilder listener(InetSocketAddress address, Optional<TlsContext> tls) {
        Undertow.ListenerBuilder listener =
                new Undertow.ListenerBuilder().setHost(address.getHostString()).setPort(address.getPort());
        return tls.isPresent()
                ? listener.setType(Undertow.ListenerType.HTTPS)
                        .setSslContext(tls.get().sslContext())
                : listener.setType(Undertow.ListenerType.HTTP);
    }

    private IOException cannotListen(RuntimeException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String address =
                config.address().getHostString() + ":" + config.address().getPort()
                        + config.adminAddress()
                                .map(admin -> " or " + admin.getHostString() + ":" + admin.getPort())
                                .orElse("");
        String reason = cause instanceof BindException ? cause.getMessage() : cause.toString();
        return new IOException(
                "HTTP cannot listen on " + address + " (" + reason + "): choose another with --http HOST:PORT",
                failure);
    }

    /** Returns where it listens, with the port that the system chose. */
    public InetSocketAddress localAddress() {
        Undertow server = undertow.orElseThrow(() -> new IllegalStateException("not started"));
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    /** Returns where operators find their pages, when that is another address. */
    public Optional<InetSocketAddress> adminAddress() {
        Undertow server = undertow.orElseThrow(() -> new IllegalStateException("not started"));
        return config.adminAddress().map(wanted ->
                (InetSocketAddress) server.getListenerInfo().get(1).getAddress());
    }

    /** Closes the port and the connections. Idempotent. */
    @Override
    public void close() {
        undertow.ifPresent(Undertow::stop);
        undertow = Optional.empty();
    }
}
