package dev.weir.gateway.http;

import dev.weir.gateway.access.Gate;
import dev.weir.gateway.tls.TlsContext;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Serves WHIP, WHEP, statistics, health, metrics and the pages over HTTP/1.1. Start and close from one thread; requests run on
 * Undertow's own threads.
 */
public final class HttpServer implements AutoCloseable {
    private final HttpConfig config;
    private final HttpHandler root;
    private final HttpHandler publicRoot;
    private final ConnectionCap cap;
    private Optional<Listeners> listeners = Optional.empty();
    private Optional<InetSocketAddress> address = Optional.empty();
    private Optional<InetSocketAddress> adminAddress = Optional.empty();

    /** Takes its settings, what stands before everything it serves, and what it serves. */
    public HttpServer(HttpConfig config, Gate gate, WhipConfig whip, Backend backend) {
        this.config = config;
        this.cap = new ConnectionCap(config.connections());
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
        Listeners opened = new Listeners(cap, config.workerThreads());
        listeners = Optional.of(opened);
        try {
            address = Optional.of(opened.open(config.address(), tls, publicRoot));
            if (config.adminAddress().isPresent()) {
                InetSocketAddress admin = config.adminAddress().get();
                boolean local = admin.getAddress() != null && admin.getAddress().isLoopbackAddress();
                adminAddress = Optional.of(opened.open(admin, local ? Optional.empty() : tls, root));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw cannotListen(e);
        }
    }

    private IOException cannotListen(Exception cause) {
        String address =
                config.address().getHostString() + ":" + config.address().getPort()
                        + config.adminAddress()
                                .map(admin -> " or " + admin.getHostString() + ":" + admin.getPort())
                                .orElse("");
        String reason = cause instanceof BindException ? cause.getMessage() : cause.toString();
        return new IOException(
                "HTTP cannot listen on " + address + " (" + reason + "): choose another with --http HOST:PORT", cause);
    }

    /** Returns where it listens, with the port that the system chose. */
    public InetSocketAddress localAddress() {
        return address.orElseThrow(() -> new IllegalStateException("not started"));
    }

    /** Returns where operators find their pages, when that is another address. */
    public Optional<InetSocketAddress> adminAddress() {
        return adminAddress;
    }

    /** Returns how many connections were closed at once, because their address had too many; from any thread. */
    public long connectionsRefused() {
        return cap.refused();
    }

    /** Closes the port and the connections. Idempotent. */
    @Override
    public void close() {
        listeners.ifPresent(Listeners::close);
        listeners = Optional.empty();
    }
}
