package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.mirror.MirrorHealth;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.standalone.process.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the log and to the live path when a real Kafka freezes, is cut off or has no room. */
@Timeout(400)
class MirrorFaultIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** The long forms, 30 and 90, are run by hand: {@code -Dweir.outage-seconds=90}. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("weir.outage-seconds", 7));

    @TempDir
    Path folder;

    private int port;

    @Test
    void aFrozenKafkaLeavesNoGapWhenTheBufferHolds() throws Exception {
        try (TestBroker broker = start(Map.of())) {
            Run run = new Run(config().build());
            try (run) {
                run.outage(broker::freeze, broker::thaw);
                run.end();
            }
            run.requireAll(read(Topics.MEDIA));
            requireFrames(read(Topics.FRAMES), run.publisher.sent(), read(Topics.MEDIA));
            requireCatalogue(read(Topics.STREAMS));
        }
    }

    @Test
    void aFrozenKafkaIsDeclaredExactlyWhenTheBufferDoesNotHold() throws Exception {
        try (TestBroker broker = start(Map.of())) {
            Run run = new Run(config().bufferBytes(1_000_000).build());
            try (run) {
                run.outage(broker::freeze, broker::thaw);
                assertThat(run.mirror.stats().packetsDropped()).isPositive();
                await().atMost(PATIENCE).until(() -> run.mirror.health().state() == MirrorHealth.State.UP);
                run.end();
            }
            run.requireDeclared(read(Topics.MEDIA));
        }
    }

    @Test
    void aCutNetworkLeavesNoGapWhenTheBufferHolds() throws Exception {
        port = Ports.freeTcp(TestBroker.HOST, 0);
        try (CutCable cable = new CutCable(port);
                TestBroker broker =
                        start(Map.of("advertised.listeners", "CLIENT://" + TestBroker.HOST + ":" + cable.port()))) {
            assertThat(broker.isAlive()).isTrue();
            port = cable.port();
            Run run = new Run(config().build());
            try (run) {
                run.outage(cable::cut, cable::mend);
                run.end();
            }
            run.requireAll(read(Topics.MEDIA));
        }
    }

    @Test
    void aDiskWithoutRoomEndsTheBrokerAndLosesNothing() throws Exception {
        try (KafkaRun run = new KafkaRun()) {
            try (TestBroker full = start(Map.of())) {
                run.begin();
                full.limitFiles(largestLog() + 200_000);
                await().atMost(PATIENCE).until(() -> !full.isAlive());
                await().atMost(PATIENCE).until(() -> run.run().mirror.health().state() == MirrorHealth.State.DEGRADED);
            }
            try (TestBroker again = start(Map.of())) {
                assertThat(again.isAlive()).isTrue();
                await().atMost(PATIENCE).until(() -> run.run().mirror.health().isUp());
                run.run().end();
                run.run().requireAll(read(Topics.MEDIA));
            }
        }
    }

    /** A run that begins later than it is declared. */
    private final class KafkaRun implements AutoCloseable {
        private final List<Run> begun = new ArrayList<>();

        void begin() {
            begun.add(new Run(config().build()));
            await().atMost(PATIENCE).until(() -> run().mirror.stats().packetsAcknowledged() > 100);
        }

        Run run() {
            return begun.get(0);
        }

        @Override
        public void close() {
            begun.forEach(Run::close);
        }
    }

    private long largestLog() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        }
    }

    private TestBroker start(Map<String, String> changes) throws Exception {
        if (port == 0) {
            port = Ports.freeTcp(TestBroker.HOST, 0);
        }
        return TestBroker.start(folder, port, changes);
    }

    private MirrorConfig.Builder config() {
        return MirrorConfig.builder(TestBroker.HOST + ":" + port).partitions(2);
    }

    /** A mirror, a publisher and a viewer. */
    private static final class Run implements AutoCloseable {
        private final KafkaMirror mirror;
        private final PacedPublisher publisher;

        Run(MirrorConfig config) {
            mirror = new KafkaMirror(config);
            MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(mirror));
            mirror.start();
            publisher = PacedPublisher.on(relay, "cam");
        }

        void outage(Fault begin, Fault end) throws Exception {
            await().atMost(PATIENCE)
                    .until(() -> mirror.health().isUp() && mirror.stats().packetsAcknowledged() > 1_000);
            long usual = publisher.publishP99Nanos();
            begin.happen();
            long fromNanos = System.nanoTime();
            await().atMost(PATIENCE).until(() -> mirror.health().state() == MirrorHealth.State.DEGRADED);
            await().atMost(OUTAGE.plus(PATIENCE)).until(() -> System.nanoTime() - fromNanos >= OUTAGE.toNanos());
            long during = publisher.publishP99Nanos();
            end.happen();
            await().atMost(PATIENCE).until(() -> mirror.stats().bufferedBytes() < 200_000);
            System.out.printf(
                    "outage of %d s: publish p99 %.1f us before, %.1f us during; dropped %d%n",
                    OUTAGE.toSeconds(),
                    usual / 1e3,
                    during / 1e3,
                    mirror.stats().packetsDropped());
            // Loose, because the machine is shared: a media thread that waits for Kafka takes seconds.
            assertThat(Duration.ofNanos(during)).isLessThan(Duration.ofMillis(200));
        }

        void end() throws InterruptedException {
            publisher.end();
            await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0);
            assertThat(publisher.viewed()).as("the viewer misses nothing").isEqualTo(publisher.sent());
        }

        void requireAll(List<ConsumerRecord<String, byte[]>> log) throws Exception {
            List<LogEntry> entries = entries(log);
            assertThat(mirror.stats().packetsDropped() + mirror.stats().packetsFailed())
                    .isZero();
            assertThat(entries).noneMatch(Gap.class::isInstance);
            assertThat(sequences(entries))
                    .containsExactlyElementsOf(
                            LongStream.range(0, publisher.sent()).boxed().toList());
        }

        /** What is not in the log is in its gaps, to the packet and to the arrival stamp. */
        void requireDeclared(List<ConsumerRecord<String, byte[]>> log) throws Exception {
            List<LogEntry> entries = entries(log);
            assertThat(sequences(entries)).isSorted().doesNotHaveDuplicates();
            long expected = 0;
            int gaps = 0;
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i) instanceof LogPacket packet) {
                    assertThat(packet.extendedSequence()).isEqualTo(expected++);
                } else if (entries.get(i) instanceof Gap gap) {
                    assertThat(gap.fromArrivalMicros()).isEqualTo(publisher.arrivalMicros(expected));
                    assertThat(gap.toArrivalMicros()).isEqualTo(publisher.arrivalMicros(expected + gap.packets() - 1));
                    expected += gap.packets();
                    gaps++;
                }
            }
            assertThat(gaps).isPositive();
            assertThat(expected).isEqualTo(publisher.sent());
        }

        @Override
        public void close() {
            publisher.close();
            mirror.close();
        }
    }

    private interface Fault {
        void happen() throws Exception;
    }

    private static List<LogEntry> entries(List<ConsumerRecord<String, byte[]>> log) throws Exception {
        List<LogEntry> entries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : log) {
            entries.addAll(RelayBatchCodec.decode(record.value()).entries());
        }
        return entries;
    }

    private static List<Long> sequences(List<LogEntry> entries) {
        return entries.stream()
                .filter(LogPacket.class::isInstance)
                .map(entry -> ((LogPacket) entry).extendedSequence())
                .toList();
    }

    /** Frames are gapless, whole, and point at the batch that holds their first packet. */
    private static void requireFrames(
            List<ConsumerRecord<String, byte[]>> log, long packets, List<ConsumerRecord<String, byte[]>> media)
            throws Exception {
        Map<Long, RelayBatch> batches = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record : media) {
            batches.put(record.offset(), RelayBatchCodec.decode(record.value()));
        }
        long next = 0;
        for (ConsumerRecord<String, byte[]> record : log) {
            FrameMeta frame = MetadataCodec.frames().decode(record.value());
            assertThat(frame.frameId()).isEqualTo(next++);
            assertThat(frame.decodable()).isTrue();
            assertThat(frame.packetCount()).isEqualTo(PacedPublisher.PACKETS_PER_FRAME);
            assertThat(frame.widthPx()).hasValue(640);
            assertThat(record.partition()).isEqualTo(frame.payloadPartition());
            RelayBatch batch =
                    Objects.requireNonNull(batches.get(frame.payloadOffset().orElseThrow()));
            assertThat(batch.batchNumber()).isEqualTo(frame.payloadBatch());
            assertThat(batch.entries())
                    .anyMatch(entry -> entry instanceof LogPacket packet
                            && packet.extendedSequence() == frame.firstExtendedSequence());
        }
        assertThat(next).isEqualTo(packets / PacedPublisher.PACKETS_PER_FRAME);
    }

    private static void requireCatalogue(List<ConsumerRecord<String, byte[]>> log) throws Exception {
        StreamState last =
                MetadataCodec.streams().decode(log.get(log.size() - 1).value());
        assertThat(last.condition()).isEqualTo(StreamCondition.OFFLINE);
        assertThat(last.tracks().get(0).kafkaAckedFrameId())
                .isEqualTo(last.tracks().get(0).frames() - 1)
                .isPositive();
    }

    /** Reads a topic from its beginning to its present end, partition by partition. */
    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", TestBroker.HOST + ":" + port);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                assertThat(System.nanoTime()).isLessThan(deadlineNanos);
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }
}
