package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.weir.webrtc.ice.FiveTuple;
import dev.weir.webrtc.transport.Endpoint;
import dev.weir.webrtc.transport.EndpointContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counts what a loop costs in a fixed scenario: system calls and bytes allocated. Nothing here is timed. */
class LoopCostTest {
    private static final int PEERS = 5;
    private static final int PACKETS = 40;
    private static final int CHORES = 500;
    private static final int CHORES_PER_TURN = 10;
    /** What the JIT's and the measurement's own objects come to, over some ten thousand datagrams. */
    private static final double NONE = 0.5;

    private final EventLoopGroup group =
            new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                    .withLoops(1));
    private final Counting endpoint = new Counting();
    private final List<DatagramChannel> peers = new ArrayList<>();
    private final List<FiveTuple> paths = new ArrayList<>();
    private final ByteBuffer datagram = ByteBuffer.allocate(1_200);

    @BeforeEach
    void start() throws Exception {
        group.start();
        group.next().registerClient(endpoint);
        InetSocketAddress wildcard =
                endpoint.attached.get(10, TimeUnit.SECONDS).localAddresses().get(0);
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        for (int i = 0; i < PEERS; i++) {
            DatagramChannel peer = DatagramChannel.open(StandardProtocolFamily.INET);
            peer.configureBlocking(false);
            peer.bind(new InetSocketAddress(loopback, 0));
            peer.connect(new InetSocketAddress(loopback, wildcard.getPort()));
            peers.add(peer);
            paths.add(new FiveTuple(wildcard, (InetSocketAddress) peer.getLocalAddress()));
        }
        onLoop(() -> {
            paths.forEach(path -> assertThat(endpoint.context().claim(path)).isTrue());
            return 0;
        });
    }

    @AfterEach
    void stop() throws IOException {
        group.close();
        for (DatagramChannel peer : peers) {
            peer.close();
        }
    }

    @Test
    void fortyPacketsToEachOfFivePeersAreThreeSystemCalls() throws Exception {
        NetStats before = group.stats();

        onLoop(() -> {
            sendToAll();
            return 0;
        });

        await().until(() -> group.stats().datagramsSent() == PEERS * PACKETS);
        assertThat(group.stats().sendCalls() - before.sendCalls()).isEqualTo(3);
        // Trains of 16, 16 and 8 to each, but for the two peers between whose packets a call was full.
        assertThat(group.stats().trainsSent() - before.trainsSent()).isEqualTo(PEERS * 3 + 2);
        for (DatagramChannel peer : peers) {
            assertThat(received(peer)).isEqualTo(PACKETS);
        }
    }

    @Test
    void sendingAllocatesNothing() throws Exception {
        int rounds = 1_000;
        onLoop(() -> repeat(rounds));

        double perDatagram = onLoop(() -> repeat(rounds)) / (double) (rounds * PACKETS);

        assertThat(perDatagram).isLessThan(NONE);
    }

    @Test
    void receivingFromKnownPeersAllocatesNothingPerDatagram() throws Exception {
        long warm = 20_000;
        receive(warm);
        long before = onLoop(LoopCostTest::allocated);

        receive(warm + 20_000);

        double perDatagram = (onLoop(LoopCostTest::allocated) - before) / 20_000.0;
        // A turn of the selector makes some objects, and with a trickle of datagrams each has a turn of its own.
        assertThat(perDatagram).isLessThan(200);
        // On the loop, because the last of them may still come.
        assertThat(onLoop(() -> endpoint.bytes - endpoint.datagrams * datagram.capacity()))
                .isZero();
    }

    /** Bug of a join storm: hundreds of sessions were set up in one turn, and nobody's media went out before the last. */
    @Test
    void aDatagramWaitsForTheTasksOfAMillisecondNotForAll() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        onLoop(() -> {
            for (int i = 0; i < CHORES; i++) {
                group.next().execute(() -> chore(ran));
            }
            return 0;
        });

        await().until(() -> ran.get() == CHORES);
        assertThat(endpoint.choresBefore).isBetween(1, 3 * CHORES_PER_TURN);
    }

    @Test
    void aDatagramWaitsForTheTimersOfAMillisecondNotForAll() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        onLoop(() -> {
            for (int i = 0; i < CHORES; i++) {
                ScheduledTask unused = group.next().schedule(5_000_000, () -> chore(ran));
            }
            return 0;
        });

        await().until(() -> ran.get() == CHORES);
        assertThat(endpoint.choresBefore).isBetween(1, 3 * CHORES_PER_TURN);
    }

    /** Takes a tenth of a millisecond; the first one sends a datagram, which the socket has at once. */
    private void chore(AtomicInteger ran) {
        if (ran.getAndIncrement() == 0) {
            endpoint.chores = ran;
            try {
                peers.get(0).write(ByteBuffer.allocate(100));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < 100_000) {
            Thread.onSpinWait();
        }
    }

    private long repeat(int rounds) {
        long before = allocated();
        for (int i = 0; i < rounds; i++) {
            // An endpoint has one path at a time.
            send(paths.get(0));
        }
        return allocated() - before;
    }

    private void sendToAll() {
        for (int i = 0; i < PEERS; i++) {
            send(paths.get(i));
        }
    }

    private void send(FiveTuple path) {
        for (int i = 0; i < PACKETS; i++) {
            endpoint.context().send(datagram, path);
        }
    }

    private void receive(long total) throws IOException {
        while (endpoint.datagrams < total) {
            for (DatagramChannel peer : peers) {
                peer.write(datagram.duplicate());
            }
        }
    }

    private static int received(DatagramChannel peer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2_000);
        int count = 0;
        while (peer.read(buffer.clear()) > 0) {
            count++;
        }
        return count;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private long onLoop(LongSupplier work) throws Exception {
        CompletableFuture<Long> result = new CompletableFuture<>();
        group.next().execute(() -> {
            try {
                result.complete(work.getAsLong());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(60, TimeUnit.SECONDS);
    }

    private static final class Counting implements Endpoint {
        private final CompletableFuture<EndpointContext> attached = new CompletableFuture<>();
        private volatile long datagrams;
        private volatile long bytes;
        private volatile AtomicInteger chores = new AtomicInteger();
        private volatile int choresBefore;

        EndpointContext context() {
            return attached.join();
        }

        @Override
        public void attach(EndpointContext context, long nowNanos) {
            attached.complete(context);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // The loop alone writes.
        public void handle(ByteBuffer arrived, FiveTuple path, long nowNanos) {
            if (datagrams == 0) {
                choresBefore = chores.get();
            }
            datagrams++;
            bytes += arrived.remaining();
        }

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
