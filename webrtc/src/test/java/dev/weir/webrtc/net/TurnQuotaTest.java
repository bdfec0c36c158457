package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A stream with many viewers takes so many packets in a turn as make 2,048 to send, and then it is others' turn: counted, not
 * timed, on the loop that owns the stream, for what its own socket and what another loop's socket received.
 */
class TurnQuotaTest {
    private static final int VIEWERS = 500;
    private static final int PEERS = 16;
    private static final int PACKETS = 32;
    /** 2,048 packets to send, the one that exceeds them, and the one that each further source may always have. */
    private static final int QUOTA = 2_048 / VIEWERS + 2;

    @Test
    void aLargeStreamHoldsOthersUpForOneQuotaAtMost() throws Exception {
        NetConfig config = NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .withLoops(2);
        List<DatagramChannel> peers = new ArrayList<>();
        try (EventLoopGroup group = new EventLoopGroup(config)) {
            group.start();
            EventLoop loop = group.loops().get(0);
            LargeStream stream = new LargeStream(loop);
            loop.register("large", stream);
            EndpointContext context = stream.attached.get(10, TimeUnit.SECONDS);
            InetSocketAddress server = group.localAddress();
            CountDownLatch claimed = new CountDownLatch(1);
            CountDownLatch busy = new CountDownLatch(1);
            for (int i = 0; i < PEERS; i++) {
                DatagramChannel peer = DatagramChannel.open(StandardProtocolFamily.INET);
                peers.add(peer.bind(new InetSocketAddress(server.getAddress(), 0)));
                peer.connect(server);
            }
            loop.execute(() -> {
                peers.forEach(peer -> assertThat(context.claim(new FiveTuple(server, localAddress(peer))))
                        .isTrue());
                claimed.countDown();
                hold(busy);
            });
            hold(claimed);
            for (int i = 0; i < PACKETS; i++) {
                for (DatagramChannel peer : peers) {
                    peer.write(ByteBuffer.wrap(new byte[] {(byte) 0x80, 96, 0, 0}));
                }
            }
            // What the other loop received waits in the queue between them, the rest in the socket.
            await().until(() -> group.stats().handedOver() >= PACKETS && stream.packets == 0);

            busy.countDown();

            await().until(() -> stream.packets == PEERS * PACKETS);
            assertThat(stream.mostInATurn).isBetween(2, QUOTA);
        } finally {
            for (DatagramChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static InetSocketAddress localAddress(DatagramChannel peer) {
        try {
            return (InetSocketAddress) peer.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hold(CountDownLatch until) {
        try {
            assertThat(until.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has every viewer served at the end of the turn for each packet. Written by its loop. */
    private static final class LargeStream implements Endpoint {
        private final CompletableFuture<EndpointContext> attached = new CompletableFuture<>();
        private final Runnable viewers;
        private int inTurn;
        private volatile int packets;
        private volatile int mostInATurn;

        LargeStream(EventLoop loop) {
            viewers = loop.turnEnd(new TurnTask() {
                @Override
                public int peers() {
                    return VIEWERS;
                }

                @Override
                public int begin() {
                    inTurn = 0;
                    return 0;
                }

                @Override
                public void serve(int peer) {}

                @Override
                public void end() {}
            });
        }

        @Override
        public void attach(EndpointContext context, long nowNanos) {
            attached.complete(context);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // The loop alone writes.
        public void handle(ByteBuffer datagram, FiveTuple path, long nowNanos) {
            inTurn++;
            mostInATurn = Math.max(mostInATurn, inTurn);
            packets++;
            viewers.run();
        }

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public void onTimeout(long nowNanos) {}

        @Override
        public void onFailure(Throwable failure, long nowNanos) {}

        @Override
        public void onShutdown(long nowNanos) {}
    }
}
