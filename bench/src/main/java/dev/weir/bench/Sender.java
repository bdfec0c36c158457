package dev.weir.bench;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An endpoint for each viewer on one loop, as sessions are. */
record Sender(List<EndpointContext> contexts, List<FiveTuple> paths) {
    /** Attaches one for each of {@code targets}, which may be the same address many times. */
    static Sender attach(EventLoop loop, List<InetSocketAddress> targets)
            throws InterruptedException, ExecutionException {
        List<EndpointContext> contexts = new ArrayList<>();
        List<FiveTuple> paths = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Silent endpoint = new Silent();
            loop.register("viewer" + i + "-" + targets.get(i).getPort(), endpoint);
            EndpointContext context = endpoint.attached.get();
            contexts.add(context);
            paths.add(new FiveTuple(context.localAddresses().get(0), targets.get(i)));
        }
        return new Sender(contexts, paths);
    }

    /** Sends to the viewer of that number, soon; on the loop. */
    void send(ByteBuffer packet, int viewer) {
        contexts.get(viewer).send(packet, paths.get(viewer));
    }

    private static final class Silent implements Endpoint {
        private final CompletableFuture<EndpointContext> attached = new CompletableFuture<>();

        @Override
        public void attach(EndpointContext context, long nowNanos) {
            attached.complete(context);
        }

        @Override
        public void handle(ByteBuffer datagram, FiveTuple path, long nowNanos) {}

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onTimeout(long nowNanos) {}

        @Override
        public void onFailure(Throwable failure, long nowNanos) {
            attached.completeExceptionally(failure);
        }

        @Override
        public void onShutdown(long nowNanos) {}
    }
}
