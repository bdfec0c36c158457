package dev.weir.webrtc.dtls;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs a handshake with itself, so that the first session does not pay for class loading and cold code (90 to 370 ms). */
public final class DtlsWarmUp {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ProtectionProfile AEAD_AES_128_GCM = new ProtectionProfile(7, 16, 12);

    private final BlockingQueue<Runnable> turn = new LinkedBlockingQueue<>();
    private int done;

    private DtlsWarmUp() {}

    /** CPU time that the two sides' threads took, nanoseconds. */
    public record Cost(long clientNanos, long serverNanos) {
        /** Returns the sum. */
        public long nanos() {
            return clientNanos + serverNanos;
        }
    }

    /** Blocks for some 100 ms the first time in a JVM, for some milliseconds later; returns what it cost. */
    public static Cost run() {
        return run(DtlsWarmUp::onThread);
    }

    private static void onThread(Runnable task) {
        Thread thread = new Thread(task, "weir-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    /** Shakes hands once, both sides on {@code threads}, and returns when both are done; for measurements. */
    public static Cost run(HandshakeExecutor threads) {
        Measured client = new Measured(threads);
        Measured server = new Measured(threads);
        try {
            new DtlsWarmUp().handshake(client, server);
            return new Cost(client.nanos(), server.nanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Cost(0, 0);
        }
    }

    /** Counts the CPU time of one handshake. */
    private static final class Measured implements HandshakeExecutor {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private final HandshakeExecutor threads;
        private final CompletableFuture<Long> cost = new CompletableFuture<>();

        Measured(HandshakeExecutor threads) {
            this.threads = threads;
        }

        @Override
        public void execute(Runnable handshake) {
            threads.execute(() -> {
                long begun = THREADS.getCurrentThreadCpuTime();
                handshake.run();
                cost.complete(THREADS.getCurrentThreadCpuTime() - begun);
            });
        }

        @Override
        public DatagramInbox newInbox() {
            return threads.newInbox();
        }

        long nanos() throws InterruptedException {
            try {
                return cost.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                return 0;
            }
        }
    }

    private void handshake(HandshakeExecutor clients, HandshakeExecutor servers) throws InterruptedException {
        DtlsIdentity identity = DtlsIdentity.generate();
        Side client = new Side();
        Side server = new Side();
        client.connect(identity, DtlsRole.CLIENT, clients, server);
        server.connect(identity, DtlsRole.SERVER, servers, client);
        turn.add(client::start);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (done < 2 && System.nanoTime() - deadline < 0) {
            Runnable task = turn.poll(100, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
        client.close();
        server.close();
    }

    private final class Side implements DtlsListener {
        private @Nullable DtlsConnection connection;
        private @Nullable Side peer;

        void connect(DtlsIdentity identity, DtlsRole role, HandshakeExecutor threads, Side other) {
            DtlsConfig config =
                    new DtlsConfig(role, identity, identity.fingerprint(), List.of(AEAD_AES_128_GCM), LIMIT);
            peer = other;
            connection = new DtlsConnection(config, threads, turn::add, this);
        }

        void start() {
            if (connection != null) {
                connection.start();
            }
        }

        void close() {
            if (connection != null) {
                connection.close();
            }
        }

        @Override
        public void send(ByteBuffer datagram) {
            ByteBuffer copy = ByteBuffer.allocate(datagram.remaining())
                    .put(datagram.duplicate())
                    .flip();
            turn.add(() -> deliver(copy));
        }

        private void deliver(ByteBuffer datagram) {
            if (peer != null && peer.connection != null) {
                peer.connection.handle(datagram);
            }
        }

        @Override
        public void onKeys(DtlsKeys keys) {
            done++;
        }

        @Override
        public void onFailure(DtlsFailure failure) {
            done++;
        }

        @Override
        public void onPeerClosed() {
            done++;
        }
    }
}
