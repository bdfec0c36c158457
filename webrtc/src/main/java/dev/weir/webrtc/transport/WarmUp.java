package dev.weir.webrtc.transport;

import dev.weir.webrtc.dtls.DtlsConfig;
import dev.weir.webrtc.dtls.DtlsConnection;
import dev.weir.webrtc.dtls.DtlsFailure;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.dtls.DtlsKeys;
import dev.weir.webrtc.dtls.DtlsListener;
import dev.weir.webrtc.dtls.DtlsRole;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import dev.weir.webrtc.dtls.ProtectionProfile;
import dev.weir.webrtc.srtp.SrtpProfile;
import dev.weir.webrtc.srtp.SrtpProtector;
import dev.weir.webrtc.srtp.SrtpUnprotector;
import dev.weir.webrtc.srtp.UnprotectResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a handshake with itself and some packets through both SRTP profiles, with a sequence wrap, a forgery and a replay, so
 * that the first viewer does not pay for class loading (90 to 370 ms) nor a packet for a rare branch.
 */
public final class WarmUp {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int PACKETS = 2_000;

    private final BlockingQueue<Runnable> turn = new LinkedBlockingQueue<>();
    private int done;

    private WarmUp() {}

    /** Blocks for some 100 ms the first time in a JVM, for some milliseconds later. */
    public static void run() {
        try {
            new WarmUp().handshake();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SrtpProfile profile : SrtpProfile.values()) {
            protect(profile);
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
            SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
            DtlsConfig config = new DtlsConfig(
                    role,
                    identity,
                    identity.fingerprint(),
                    List.of(new ProtectionProfile(profile.dtlsId(), profile.keyLength(), profile.saltLength())),
                    LIMIT);
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

    private static void protect(SrtpProfile profile) {
        byte[] key = new byte[profile.keyLength()];
        byte[] salt = new byte[profile.saltLength()];
        SrtpProtector protector = new SrtpProtector(profile, key, salt);
        SrtpUnprotector unprotector = new SrtpUnprotector(profile, key, salt);
        ByteBuffer packet = ByteBuffer.allocate(1_500);
        for (int i = 0; i < PACKETS; i++) {
            packet.clear().limit(1_200);
            packet.put(0, (byte) 0x80).put(1, (byte) 96).putShort(2, (short) (65_536 - PACKETS / 2 + i));
            packet.putInt(8, 1);
            boolean sent = protector.protectRtp(packet) > 0;
            if (i % 100 == 50) {
                packet.put(100, (byte) ~packet.get(100));
            }
            ByteBuffer again = i % 100 == 0 ? ByteBuffer.wrap(packet.array().clone(), 0, packet.limit()) : packet;
            UnprotectResult first = unprotector.unprotectRtp(packet);
            if (sent && first == UnprotectResult.OK && again.limit() > packet.limit()) {
                UnprotectResult replayed = unprotector.unprotectRtp(again);
                assert replayed == UnprotectResult.REPLAYED;
            }
        }
    }
}
