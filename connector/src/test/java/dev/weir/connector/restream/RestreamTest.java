package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.LogOf;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a target goes through the log, with a wall clock of the test's. A batch holds 100 ms; every tenth starts a keyframe. */
class RestreamTest {
    private static final long START_MICROS = 1_790_000_000_000_000L;
    private static final int BATCH_BYTES = 1_000;

    private final AtomicLong wallMicros = new AtomicLong(START_MICROS);
    private final Receiver receiver = new Receiver();
    private final List<Restream> open = new ArrayList<>();

    @AfterEach
    void stop() {
        receiver.blocked.countDown();
        open.forEach(Restream::close);
    }

    private Restream restream(StartPosition start, Duration maxDelay, boolean catchUp) {
        Restream restream = new Restream(
                new RestreamSettings(
                        LogOf.STREAM,
                        "test://receiver",
                        start,
                        Duration.ZERO,
                        maxDelay,
                        catchUp,
                        100L * BATCH_BYTES,
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(20),
                        Duration.ofMillis(40)),
                receiver,
                wallMicros::get);
        open.add(restream);
        restream.start();
        return restream;
    }

    private static RelayBatch batch(int number, long epoch) {
        List<LogEntry> entries = new ArrayList<>();
        if (number % 10 == 0) {
            entries.add(new TrackConfiguration(
                    List.of(new TrackInfo(0, "video", "video", "H264", 90_000, 0, "", List.of()))));
        }
        long arrival = START_MICROS + number * 100_000L;
        entries.add(new LogPacket(
                0, "", 96, 1, number, number * 9_000L, true, number % 10 == 0, arrival, ByteBuffer.allocate(10)));
        return new RelayBatch(LogOf.STREAM, epoch, number, arrival, entries);
    }

    private static void add(Restream restream, int from, int to, long epoch) {
        for (int i = from; i < to; i++) {
            restream.add(batch(i, epoch), 0, i, BATCH_BYTES);
        }
    }

    private void wallAt(int batch) {
        wallMicros.set(START_MICROS + batch * 100_000L);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    @Test
    void aLiveTargetBeginsAtTheNewestKeyframeOfALongLog() {
        wallAt(995);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(5), false);
        add(restream, 0, 995, 1);

        await(() -> receiver.received.contains(994L));
        assertThat(receiver.received.get(0)).isEqualTo(990);
        assertThat(restream.status().batchesSkipped()).isEqualTo(990);
        assertThat(restream.status().skips()).isZero();
        assertThat(restream.waiting()).isEmpty();
    }

    @Test
    void aTargetStaysFiveMinutesBehind() {
        wallAt(3_100);
        Restream restream = restream(StartPosition.parse("5m"), Duration.ofSeconds(5), false);
        add(restream, 0, 200, 1);

        // Due are those that arrived up to 300 s ago.
        await(() -> receiver.received.contains(100L));
        assertThat(receiver.received).endsWith(100L);
        wallAt(3_105);
        await(() -> receiver.received.contains(105L));
        assertThat(receiver.received).endsWith(105L).doesNotContain(106L);
        assertThat(restream.status().delayMillis()).isEqualTo(300_000);
    }

    @Test
    void aTargetBeginsAtAnInstantAndKeepsItsDistance() {
        wallAt(1_000);
        Restream restream = restream(
                new StartPosition(Optional.empty(), Optional.of(Instant.ofEpochMilli(START_MICROS / 1_000 + 25_000))),
                Duration.ofSeconds(5),
                false);
        add(restream, 0, 300, 1);

        await(() -> receiver.received.contains(250L));
        assertThat(receiver.received.get(0)).isEqualTo(250);
        wallAt(1_007);
        await(() -> receiver.received.contains(257L));
        assertThat(receiver.received).endsWith(257L);
    }

    @Test
    void aSlowTargetSkipsToTheNewestKeyframeAndSaysSo() {
        wallAt(1);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(2), false);
        receiver.block();
        add(restream, 0, 90, 1);
        await(() -> receiver.sending);
        wallAt(90);
        receiver.blocked.countDown();

        await(() -> receiver.received.contains(89L));
        assertThat(receiver.received).doesNotContain(50L).contains(80L);
        assertThat(receiver.skips).hasValue(1);
        assertThat(restream.status().skips()).isEqualTo(1);
        assertThat(restream.status().failures()).isZero();
    }

    @Test
    void aFrozenTargetIsBrokenOffAndTriedAgainWhileTheLogIsNotRead() {
        wallAt(1);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(60), true);
        receiver.block();
        add(restream, 0, 150, 1);
        await(() -> receiver.sending);
        wallAt(150);
        assertThat(restream.isFull()).isTrue();
        await(() -> restream.status().failures() == 1);

        assertThat(restream.status().lastError()).isEqualTo("the receiver took nothing for 1 s");
        // It goes on where it stopped, at the keyframe.
        await(() -> receiver.received.contains(149L));
        assertThat(receiver.received.subList(receiver.received.size() - 150, receiver.received.size()))
                .startsWith(0L)
                .doesNotHaveDuplicates();
        assertThat(restream.isHalfEmpty()).isTrue();
    }

    @Test
    void withoutCatchingUpANewConnectionBeginsAtTheNewestKeyframe() {
        wallAt(5);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(60), false);
        add(restream, 0, 5, 1);
        await(() -> receiver.received.contains(4L));
        receiver.failures.set(1);
        receiver.refusals.set(3);
        add(restream, 5, 6, 1);
        await(() -> restream.status().failures() >= 2);
        add(restream, 6, 45, 1);
        wallAt(45);

        await(() -> receiver.received.contains(44L));
        assertThat(receiver.received).contains(40L).doesNotContain(20L);
        assertThat(restream.status().lastError()).isEqualTo("refused");
        assertThat(restream.status().connects()).isEqualTo(2);
    }

    @Test
    void anotherPublisherFollowsOnTheSameConnectionAndTheOldOneIsOver() {
        wallAt(15);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(5), false);
        add(restream, 0, 15, 1);
        await(() -> receiver.received.contains(14L));
        wallAt(25);
        add(restream, 20, 25, 2);
        add(restream, 15, 18, 1);

        await(() -> receiver.received.contains(24L));
        assertThat(receiver.received).doesNotContain(15L, 16L, 17L);
        assertThat(receiver.configurations.get()).isGreaterThanOrEqualTo(2);
        assertThat(restream.status().connects()).isEqualTo(1);
    }

    @Test
    void aProtocolThatNeedsANewConnectionGetsItAtOnceAndThatIsNoFailure() {
        wallAt(5);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(5), false);
        add(restream, 0, 5, 1);
        await(() -> receiver.received.contains(4L));
        receiver.changes.set(1);
        wallAt(12);
        add(restream, 5, 12, 1);

        await(() -> receiver.received.contains(11L));
        assertThat(restream.status().failures()).isZero();
        assertThat(restream.status().connects()).isEqualTo(2);
    }

    @Test
    void theCommittedOffsetIsThatOfTheFirstBatchThatIsNotSent() {
        wallAt(1);
        Restream restream = restream(StartPosition.LIVE, Duration.ofSeconds(60), false);
        receiver.block();
        add(restream, 0, 5, 1);
        await(() -> receiver.sending);
        assertThat(restream.waiting().get(0)).isBetween(1L, 5L);
    }

    @Test
    void pausesGrowUpToABoundAndAreNeverTwiceTheSame() {
        BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(8), new SplittableRandom(7));
        long[] wholes = {1_000, 2_000, 4_000, 8_000, 8_000};
        for (long whole : wholes) {
            assertThat(backOff.next() / 1_000_000).isBetween(whole / 2, whole);
        }
        backOff.reset();
        assertThat(backOff.next() / 1_000_000).isBetween(500L, 1_000L);
    }

    /** A receiver that does what the test says. */
    private static final class Receiver implements TargetOpener {
        private final List<Long> received = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger failures = new AtomicInteger();
        private final AtomicInteger refusals = new AtomicInteger();
        private final AtomicInteger changes = new AtomicInteger();
        private volatile CountDownLatch blocked = new CountDownLatch(0);
        private volatile boolean sending;
        private final AtomicInteger skips = new AtomicInteger();
        private final AtomicInteger configurations = new AtomicInteger();

        void block() {
            blocked = new CountDownLatch(1);
        }

        @Override
        public TargetConnection open() throws IOException {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("refused");
            }
            return new TargetConnection() {
                private volatile boolean aborted;

                @Override
                public void send(RelayBatch batch, long offset) throws IOException, InterruptedException {
                    sending = true;
                    blocked.await();
                    if (aborted) {
                        throw new IOException("the socket is closed");
                    }
                    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new IOException("broken");
                    }
                    if (changes.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new MediaChangedException("other codecs");
                    }
                    for (LogEntry entry : batch.entries()) {
                        if (entry instanceof LogPacket packet) {
                            received.add(packet.extendedSequence());
                        } else if (entry instanceof TrackConfiguration) {
                            configurations.incrementAndGet();
                        }
                    }
                }

                @Override
                public void skipped() {
                    skips.incrementAndGet();
                }

                @Override
                public void tick() {}

                @Override
                public long bytesSent() {
                    return received.size();
                }

                @Override
                public void abort() {
                    aborted = true;
                    blocked.countDown();
                }

                @Override
                public void close() {}
            };
        }
    }
}
