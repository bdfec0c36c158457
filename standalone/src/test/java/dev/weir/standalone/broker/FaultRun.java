package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.mirror.MirrorHealth;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A mirror, a publisher and a viewer while something happens to Kafka; and beside them, at the same time in the same process,
 * a publisher and a viewer without Kafka, to compare with.
 */
final class FaultRun implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    /** The forms of the documentation are run by hand: {@code -Dweir.outage-seconds=90}. */
    static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("weir.outage-seconds", 6));

    private final KafkaMirror mirror;
    private final PacedPublisher publisher;
    private final PacedPublisher control;

    /** Something that happens to Kafka. */
    interface Fault {
        void happen() throws Exception;
    }

    FaultRun(MirrorConfig config) {
        mirror = new KafkaMirror(config);
        MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(mirror));
        mirror.start();
        publisher = PacedPublisher.on(relay, "cam");
        control = PacedPublisher.on(new MediaRelay(RelayConfig.DEFAULT, List.of()), "control");
    }

    KafkaMirror mirror() {
        return mirror;
    }

    long sent() {
        return publisher.sent();
    }

    void outage(String what, Fault begin, Fault end) throws Exception {
        await().atMost(PATIENCE)
                .until(() -> mirror.health().isUp() && mirror.stats().packetsAcknowledged() > 1_000);
        long before = publisher.publishP99Nanos();
        long controlBefore = control.publishP99Nanos();
        begin.happen();
        long fromNanos = System.nanoTime();
        await().atMost(PATIENCE).until(() -> mirror.health().state() == MirrorHealth.State.DEGRADED);
        await().atMost(OUTAGE.plus(PATIENCE)).until(() -> System.nanoTime() - fromNanos >= OUTAGE.toNanos());
        long during = publisher.publishP99Nanos();
        long controlDuring = control.publishP99Nanos();
        end.happen();
        long mendedNanos = System.nanoTime();
        await().atMost(PATIENCE).until(() -> mirror.stats().bufferedBytes() < 200_000);
        System.out.printf(
                "%s for %d s: publish p99 %.1f us before, %.1f us during; without a mirror %.1f us, %.1f us;"
                        + " dropped %d; %.1f s until the log had caught up%n",
                what,
                (mendedNanos - fromNanos) / 1_000_000_000,
                before / 1e3,
                during / 1e3,
                controlBefore / 1e3,
                controlDuring / 1e3,
                mirror.stats().packetsDropped(),
                (System.nanoTime() - mendedNanos) / 1e9);
        // Loose, because the machine is shared: a media thread that waits for Kafka takes seconds.
        assertThat(Duration.ofNanos(during)).isLessThan(Duration.ofMillis(200));
        await().atMost(PATIENCE).until(() -> mirror.health().isUp());
    }

    /** Ends the stream, and waits until Kafka has it all. */
    void end() throws InterruptedException {
        publisher.end();
        control.end();
        await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0);
        assertThat(publisher.viewed()).as("the viewer misses nothing").isEqualTo(publisher.sent());
        assertThat(control.viewed()).isEqualTo(control.sent());
    }

    /** Every packet is there once and in order, and nothing is declared as missing. */
    void requireAll(List<ConsumerRecord<String, byte[]>> log) throws Exception {
        List<LogEntry> entries = TopicReader.entries(log);
        assertThat(mirror.stats().packetsDropped() + mirror.stats().packetsFailed())
                .isZero();
        assertThat(entries).noneMatch(Gap.class::isInstance);
        assertThat(TopicReader.sequences(entries))
                .containsExactlyElementsOf(
                        LongStream.range(0, publisher.sent()).boxed().toList());
    }

    /** What is not in the log is in its gaps, to the packet and to the arrival stamp; behind a gap comes a keyframe. */
    void requireDeclared(List<ConsumerRecord<String, byte[]>> log) throws Exception {
        List<LogEntry> entries = TopicReader.entries(log);
        assertThat(mirror.stats().packetsDropped()).isPositive();
        assertThat(TopicReader.sequences(entries)).isSorted().doesNotHaveDuplicates();
        long expected = 0;
        int gaps = 0;
        boolean behindGap = false;
        for (LogEntry entry : entries) {
            if (entry instanceof LogPacket packet) {
                assertThat(packet.extendedSequence()).isEqualTo(expected++);
                assertThat(packet.keyframeStart() || !behindGap).isTrue();
                behindGap = false;
            } else if (entry instanceof Gap gap) {
                assertThat(gap.fromArrivalMicros()).isEqualTo(publisher.arrivalMicros(expected));
                assertThat(gap.toArrivalMicros()).isEqualTo(publisher.arrivalMicros(expected + gap.packets() - 1));
                expected += gap.packets();
                gaps++;
                behindGap = true;
            }
        }
        assertThat(gaps).isPositive();
        assertThat(expected).isEqualTo(publisher.sent());
    }

    @Override
    public void close() {
        publisher.close();
        control.close();
        mirror.close();
    }
}
