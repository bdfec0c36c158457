package dev.weir.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.rtp.MediaKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Publishers on threads of their own take a stream over from one another while each publishes as fast as it can: a subscriber
 * never sees two at a time, because its queue has room for one, and nothing of a former one after the next.
 */
class TakeoverRaceTest {
    private static final int TAKEOVERS = 100;
    private static final int PACKETS_EACH = 50;

    private final MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT.withTakeover(true), List.of());
    private final Watcher watcher = new Watcher();

    @Test
    void aSubscriberHearsOnePublisherAtATime() throws Exception {
        relay.createStream("a").addSubscriber(watcher);
        Thread former = null;
        for (int i = 1; i <= TAKEOVERS; i++) {
            Publication publication = relay.registerPublisher("a", () -> true);
            Thread publisher = new Thread(new Sending(publication, i));
            publisher.start();
            int number = i;
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> watcher.seen(number) >= PACKETS_EACH);
            if (former != null) {
                former.join(20_000);
                assertThat(former.isAlive()).isFalse();
            }
            former = publisher;
        }
        relay.find("a").orElseThrow().publication().orElseThrow().end("test");

        assertThat(watcher.overlaps.get()).isZero();
        assertThat(watcher.late.get()).isZero();
        assertThat(relay.stats("a").orElseThrow().packetsReceived())
                .isEqualTo(watcher.packets.get())
                .isGreaterThanOrEqualTo(TAKEOVERS * PACKETS_EACH);
    }

    /** Publishes until another one does. */
    private record Sending(Publication publication, int number) implements Runnable {
        @Override
        public void run() {
            RelayPacket.Builder packet = RelayPacket.builder(MediaKind.AUDIO).trackIndex(number);
            long sequence = 0;
            while (publication.publish(packet.extendedSequence(sequence++)
                            .payload(new byte[5])
                            .build())
                    > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static final class Watcher implements Subscriber {
        private final AtomicReference<Thread> inside = new AtomicReference<>();
        private final AtomicInteger overlaps = new AtomicInteger();
        private final AtomicInteger late = new AtomicInteger();
        private final AtomicInteger latest = new AtomicInteger();
        private final AtomicLong ofLatest = new AtomicLong();
        private final AtomicLong packets = new AtomicLong();

        @Override
        public boolean offer(RelayPacket packet) {
            if (!inside.compareAndSet(null, Thread.currentThread())) {
                overlaps.incrementAndGet();
            }
            if (packet.trackIndex() < latest.get()) {
                late.incrementAndGet();
            } else if (packet.trackIndex() > latest.get()) {
                ofLatest.set(0);
                latest.set(packet.trackIndex());
            }
            ofLatest.incrementAndGet();
            packets.incrementAndGet();
            inside.set(null);
            return true;
        }

        long seen(int number) {
            return latest.get() == number ? ofLatest.get() : 0;
        }
    }
}
