package dev.weir.webrtc.dtls;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a handshake with itself, so that the first session does not pay for class loading and cold code (90 to 370 ms). */
public final class DtlsWarmUp {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ProtectionProfile AEAD_AES_128_GCM = new ProtectionProfile(7, 16, 12);

    private final BlockingQueue<Runnable> turn = new LinkedBlockingQueue<>();
    private int done;

    private DtlsWarmUp() {}

    /** Blocks for some 100 ms the first time in a JVM, for some milliseconds later. */
    public static void run() {
        try {
            new DtlsWarmUp().handshake();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handshake() throws InterruptedException {
        DtlsIdentity identity = DtlsIdentity.generate();
        HandshakeExecutor threads = task -> {
            Thread thread = new Thread(task, "weir-warm-up");
            thread.setDaemon(true);
            thread.start();
        };
        Side client = new Side();
        Side server = new Side();
        client.connect(identity, DtlsRole.CLIENT, threads, server);
        server.connect(identity, DtlsRole.SERVER, threads, client);
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
