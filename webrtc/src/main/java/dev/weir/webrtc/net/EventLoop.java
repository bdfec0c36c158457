package dev.weir.webrtc.net;

import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.transport.Endpoint;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

/** Drives endpoints from one thread: sockets, timers, tasks. Sessions live on one loop for life. */
@SuppressWarnings("DoNotCallSuggester")
public final class EventLoop implements Executor {
    EventLoop() {}

    /** Runs {@code task} on the loop, soon and in order. From any thread; after close the task is dropped. */
    @Override
    public void execute(Runnable task) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns whether the caller is this loop's thread. */
    public boolean inLoop() {
        throw new UnsupportedOperationException("soon");
    }

    /**
     * Attaches {@code endpoint} to this loop and routes to it: STUN whose USERNAME begins with {@code localUfrag}, then
     * everything from the addresses that it came from. From any thread: attached when this returns on the loop, soon
     * after it otherwise; a check that arrives after the return is not lost.
     */
    public void register(String localUfrag, Endpoint endpoint) {
        throw new UnsupportedOperationException("soon");
    }

    /** Takes {@code endpoint} off the loop and forgets its routes; no-op when it is not there. From any thread. */
    public void unregister(Endpoint endpoint) {
        throw new UnsupportedOperationException("soon");
    }

    /** Runs {@code task} on the loop after {@code delayNanos}. From any thread. */
    public ScheduledTask schedule(long delayNanos, Runnable task) {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the monotonic time; on the loop, that of the current turn. */
    public long nowNanos() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the bounded pool that DTLS handshakes block in. */
    public HandshakeExecutor handshakeExecutor() {
        throw new UnsupportedOperationException("soon");
    }

    /** Returns the concrete addresses that this loop's sockets are bound to. */
    public List<InetSocketAddress> localAddresses() {
        throw new UnsupportedOperationException("soon");
    }
}
