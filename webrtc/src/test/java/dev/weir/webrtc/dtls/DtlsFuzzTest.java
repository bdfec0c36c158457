package dev.weir.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** DTLS records of a peer whose path is valid but who means harm: a handshake fails with a reason, nothing else does. */
class DtlsFuzzTest {
    private static final DtlsIdentity IDENTITY = DtlsIdentity.generate();

    /** A client's first flight, and another role's answer to nothing. */
    static Stream<byte[]> flights() {
        List<byte[]> flights = new ArrayList<>();
        for (DtlsRole role : DtlsRole.values()) {
            Peer peer = new Peer(role);
            peer.connection.start();
            peer.runHandshake();
            flights.addAll(peer.sent);
        }
        return flights.stream();
    }

    /** The first byte chooses the role, then datagrams, each behind two bytes of length. */
    @MethodSource("flights")
    @FuzzTest(maxDuration = "1m")
    void aHandshakeFailsWithAReason(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Peer peer = new Peer((input[0] & 1) == 0 ? DtlsRole.SERVER : DtlsRole.CLIENT);
        peer.connection.start();
        // A flight as it was recorded begins with a record's type: it is one datagram.
        if (input[0] >= 20 && input[0] < 64) {
            peer.connection.handle(ByteBuffer.wrap(input));
        } else {
            feedDatagrams(peer, input);
        }
        peer.runHandshake();
        assertThat(peer.keys).isEmpty();
        assertThat(peer.failures)
                .hasSizeLessThanOrEqualTo(1)
                .allSatisfy(failure -> assertThat(failure.toString()).isNotBlank());
        peer.connection.close();
    }

    private static void feedDatagrams(Peer peer, byte[] input) {
        int at = 1;
        while (at + 2 <= input.length) {
            int length = Math.min((input[at] & 0x07) << 8 | (input[at + 1] & 0xFF), input.length - at - 2);
            peer.connection.handle(ByteBuffer.wrap(input, at + 2, length).slice());
            at += 2 + length;
        }
    }

    /** Runs its handshake when told to, on the calling thread, with what has come so far. */
    private static final class Peer implements DtlsListener, HandshakeExecutor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Queue<Runnable> loopTasks = new ConcurrentLinkedQueue<>();
        private final List<byte[]> sent = new ArrayList<>();
        private final List<DtlsKeys> keys = new ArrayList<>();
        private final List<DtlsFailure> failures = new ArrayList<>();
        private final DtlsConnection connection;

        Peer(DtlsRole role) {
            DtlsConfig config = new DtlsConfig(
                    role,
                    IDENTITY,
                    IDENTITY.fingerprint(),
                    List.of(new ProtectionProfile(7, 16, 12)),
                    Duration.ofSeconds(10));
            connection = new DtlsConnection(config, this, loopTasks::add, this);
        }

        void runHandshake() {
            tasks.forEach(Runnable::run);
            tasks.clear();
            loopTasks.forEach(Runnable::run);
            loopTasks.clear();
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public DatagramInbox newInbox() {
            return new WaitingDatagrams();
        }

        @Override
        public void send(ByteBuffer datagram) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(datagram.position(), bytes);
            sent.add(bytes);
        }

        @Override
        public void onKeys(DtlsKeys agreed) {
            keys.add(agreed);
        }

        @Override
        public void onFailure(DtlsFailure failure) {
            failures.add(failure);
        }

        @Override
        public void onPeerClosed() {}
    }

    /** Has what came before the handshake ran, and is closed behind that: nobody waits. */
    private static final class WaitingDatagrams implements DatagramInbox {
        private final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();

        @Override
        public void put(byte[] datagram) {
            datagrams.add(datagram);
        }

        @Override
        public byte[] poll() {
            return datagrams.poll();
        }

        @Override
        public byte[] take(int waitMillis) throws IOException {
            byte[] next = datagrams.poll();
            if (next == null) {
                throw new IOException("no more input");
            }
            return next;
        }

        @Override
        public void close() {}
    }
}
