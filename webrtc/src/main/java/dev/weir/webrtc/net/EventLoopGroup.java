package dev.weir.webrtc.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Owns the event loops of a process and the one UDP port that they share. Start and close from any thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class EventLoopGroup implements AutoCloseable {
    public EventLoopGroup(NetConfig config) {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Opens the sockets, starts the threads and warms DTLS up.
     *
     * @throws IOException when an address cannot be bound; nothing is left open then
     */
    public void start() throws IOException {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the first address that is bound. */
    public InetSocketAddress localAddress() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns every address that is bound, in order of preference; they have one port. */
    public List<InetSocketAddress> localAddresses() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the loop for the next session, in turn. */
    public EventLoop next() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns all loops. */
    public List<EventLoop> loops() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the counters of all loops, summed. */
    public NetStats stats() {
        throw new UnsupportedOperationException("soon");
    }

    /** Closes the endpoints, then the sockets, and waits for the threads. Idempotent. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("soon");
    }
}
