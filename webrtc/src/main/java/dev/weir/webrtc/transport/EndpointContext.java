package dev.weir.webrtc.transport;

import dev.weir.webrtc.ice.DatagramSink;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;

/** What a loop lends to an endpoint: sockets to send by, and a way back onto the loop. */
public interface EndpointContext extends DatagramSink, Executor {
    /** Returns the addresses of the sockets that the endpoint may send from, in order of preference. */
    List<InetSocketAddress> localAddresses();

    /** Tells the loop that {@link Endpoint#nextDeadlineNanos} changed outside its own calls. On the loop only. */
    void deadlineChanged();

    /** Runs {@code task} on the loop, soon. From any thread. */
    @Override
    void execute(Runnable task);
}
