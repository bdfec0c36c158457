package dev.weir.gateway;

import dev.weir.gateway.relay.MediaRelay;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The gateway: event loops, relay, sessions, mirror and HTTP, built here and nowhere else, started and stopped in order.
 * Start and close from any thread.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class WhipServer implements AutoCloseable {
    private final ServerConfig config;

    /** Takes the settings; nothing is opened before {@link #start}. */
    public WhipServer(ServerConfig config) {
        this.config = config;
    }

    /**
     * Opens the ports and serves. When it throws, nothing stays open.
     *
     * @throws IOException with one clear line when a port is taken or an address is not ours
     */
    public void start() throws IOException {
        throw new UnsupportedOperationException("soon " + config.udpPort());
    }

    /** Returns where HTTP is served, with the port that was taken. */
    public InetSocketAddress httpAddress() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the first address that media is served on. */
    public InetSocketAddress udpAddress() {
        throw new UnsupportedOperationException("soon");
    }

    public MediaRelay relay() {
        throw new UnsupportedOperationException("soon");
    }

    /** Stops HTTP, ends the sessions, drains the mirror, closes the sockets. Idempotent. */
    @Override
    public void close() {}
}
