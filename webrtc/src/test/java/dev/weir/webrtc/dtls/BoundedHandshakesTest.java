package dev.weir.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedHandshakesTest {
    private static final int HANDSHAKES = 40;
    private static final int AT_WORK = 2;

    private final ExecutorService threads = Executors.newFixedThreadPool(HANDSHAKES);
    private final BoundedHandshakes handshakes = new BoundedHandshakes(threads, AT_WORK);
    private final List<DatagramInbox> inboxes = new ArrayList<>();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(HANDSHAKES);
    private final CountDownLatch done = new CountDownLatch(HANDSHAKES);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void neverMoreThanSoManyComputeThoughAllAreUnderWay() throws Exception {
        for (int i = 0; i < HANDSHAKES; i++) {
            DatagramInbox inbox = handshakes.newInbox();
            inboxes.add(inbox);
            handshakes.execute(() -> shakeHands(inbox));
        }

        // All of them come to wait for their peer: waiting takes no place.
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        inboxes.forEach(inbox -> inbox.put(new byte[] {1}));

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValueBetween(1, AT_WORK);
    }

    @Test
    void aHandshakeThatFailsGivesItsPlaceBack() throws Exception {
        for (int i = 0; i < HANDSHAKES; i++) {
            DatagramInbox inbox = handshakes.newInbox();
            inbox.close();
            handshakes.execute(() -> shakeHands(inbox));
        }
        CountDownLatch after = new CountDownLatch(1);

        handshakes.execute(after::countDown);

        assertThat(after.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private void shakeHands(DatagramInbox inbox) {
        compute();
        begun.countDown();
        try {
            assertThat(inbox.take(60_000)).isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        compute();
        done.countDown();
    }

    private void compute() {
        int now = working.incrementAndGet();
        most.accumulateAndGet(now, Math::max);
        for (int i = 0; i < 1_000; i++) {
            Thread.onSpinWait();
        }
        working.decrementAndGet();
    }
}
