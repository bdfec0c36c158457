package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.DatagramSink;
import dev.weir.webrtc.ice.FiveTuple;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

/** What a loop lends to an endpoint: sockets to send by, routes, and a way back onto the loop. On the loop, but for execute. */
public interface EndpointContext extends DatagramSink, Executor {
    /** Returns the loop's monotonic time. */
    long nowNanos();

    /** Returns the addresses of the sockets that the endpoint may send from, in order of preference. */
    List<InetSocketAddress> localAddresses();

    /**
     * Routes what arrives on {@code path} to the endpoint. False = another endpoint holds the path; so nobody takes over a
     * session by a forged source address.
     */
    boolean claim(FiveTuple path);

    /** Gives a claimed path back. */
    void release(FiveTuple path);

    /** Also routes checks for {@code localUfrag} to the endpoint, beside those that it was registered for. */
    void listen(String localUfrag);

    /** Routes checks for {@code localUfrag} to it no more. */
    void silence(String localUfrag);

    /** Tells the loop that {@link Endpoint#nextDeadlineNanos} became earlier outside the loop's own calls. */
    void deadlineChanged();

    /** Takes the endpoint off the loop with all its routes; nothing is called any more. */
    void detach();

    /** Runs {@code task} on the loop, soon and in order; what it throws fails the endpoint. From any thread. */
    @Override
    void execute(Runnable task);
}
