package dev.weir.webrtc.net;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Holds one address of the shared port and who receives what arrives there, by remote address. Any thread. */
final class BoundAddress {
    private final InetSocketAddress address;
    private final ConcurrentHashMap<InetSocketAddress, Route> routes = new ConcurrentHashMap<>();

    private final AtomicInteger changes = new AtomicInteger();

    BoundAddress(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    @Nullable
    Route route(InetSocketAddress remote) {
        return routes.get(remote);
    }

    /** Returns a number that is another one whenever a route was taken or given up; what was looked up before holds till then. */
    int changes() {
        return changes.get();
    }

    /** Adds a route unless somebody else has it; returns whether it is {@code route}'s attachment's now. */
    boolean claim(Route route) {
        Route holder = routes.putIfAbsent(route.path().remote(), route);
        changes.incrementAndGet();
        return holder == null || holder.attachment().equals(route.attachment());
    }

    void release(InetSocketAddress remote, Attachment attachment) {
        routes.computeIfPresent(remote, (key, route) -> route.attachment().equals(attachment) ? null : route);
        changes.incrementAndGet();
    }
}
