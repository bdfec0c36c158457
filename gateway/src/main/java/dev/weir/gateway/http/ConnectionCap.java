package dev.weir.gateway.http;

import dev.weir.gateway.session.ClientNetwork;
import dev.weir.webrtc.address.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.xnio.StreamConnection;

/**
 * Counts open connections by client, so that one of them cannot take all places. A request never comes from most connections
 * of an attack, so they are counted when they are accepted. From any thread.
 */
final class ConnectionCap {
    /** Closed connections are forgotten at the latest when so many came after them. */
    private static final int SWEEP_EVERY = 256;

    private final ConnectionConfig config;
    private final Map<ClientNetwork, List<StreamConnection>> open = new HashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private int sinceSweep;

    ConnectionCap(ConnectionConfig config) {
        this.config = config;
    }

    /** Returns whether {@code connection} of {@code address} may stay; if so, it counts until it closes. */
    synchronized boolean admits(StreamConnection connection, InetAddress address) {
        if (Cidr.anyContains(config.exempt(), address)) {
            return true;
        }
        if (++sinceSweep >= SWEEP_EVERY) {
            sinceSweep = 0;
            open.values().removeIf(own -> {
                forgetClosed(own);
                return own.isEmpty();
            });
        }
        List<StreamConnection> own = open.computeIfAbsent(ClientNetwork.of(address), absent -> new ArrayList<>());
        if (own.size() >= config.perAddress()) {
            forgetClosed(own);
        }
        if (own.size() >= config.perAddress()) {
            refused.incrementAndGet();
            return false;
        }
        own.add(connection);
        return true;
    }

    private static void forgetClosed(List<StreamConnection> connections) {
        connections.removeIf(connection -> !connection.isOpen());
    }

    /** Returns how many connections were closed at once. */
    long refused() {
        return refused.get();
    }
}
