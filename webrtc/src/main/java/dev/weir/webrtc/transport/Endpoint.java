package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.FiveTuple;
import java.nio.ByteBuffer;

/**
 * Takes bytes and time, gives bytes and the next deadline: one session without its I/O. All methods are called by one
 * loop, on its thread; times are that loop's monotonic nanoseconds.
 */
public interface Endpoint {
    /** Binds the endpoint to the loop that drives it; called once, before anything else. */
    void attach(EndpointContext context, long nowNanos);

    /** Takes a datagram that arrived on {@code path}; {@code datagram} is borrowed until return and may be changed. */
    void handle(ByteBuffer datagram, FiveTuple path, long nowNanos);

    /** Returns when {@link #onTimeout} wants to be called; {@code Long.MAX_VALUE} = never. */
    long nextDeadlineNanos();

    /** Does what is due at {@code nowNanos}; harmless when nothing is. */
    void onTimeout(long nowNanos);

    /** Closes because the endpoint itself threw: {@code failure} is a bug of ours. Must not throw. */
    void onFailure(Throwable failure, long nowNanos);

    /** Closes because the loop ends. */
    void onShutdown(long nowNanos);
}
