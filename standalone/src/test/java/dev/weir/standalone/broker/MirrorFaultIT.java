package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.schemas.FrameMeta;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/**
 * What happens to the log and to the live path when a real Kafka freezes, is killed, is cut off or has no room. Each case has a
 * Kafka of its own and mostly waits, so some run side by side.
 */
@Timeout(400)
class MirrorFaultIT {
    @TempDir
    Path folder;

    private int port;
    private List<ConsumerRecord<String, byte[]>> lastLog = List.of();

    @Test
    @Execution(CONCURRENT)
    void aFrozenKafkaLeavesNoGapWhenTheBufferHolds() throws Exception {
        try (TestBroker broker = start(Map.of())) {
            FaultRun run = new FaultRun(config().build());
            try (run) {
                run.outage("frozen", broker::freeze, broker::thaw);
                run.end();
            }
            run.requireAll(read(Topics.MEDIA));
            requireFrames(read(Topics.FRAMES), run.sent(), read(Topics.MEDIA));
            requireCatalogue(read(Topics.STREAMS));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aFrozenKafkaIsDeclaredExactlyWhenTheBufferDoesNotHold() throws Exception {
        try (TestBroker broker = start(Map.of())) {
            FaultRun run = new FaultRun(smallBuffer());
            try (run) {
                run.outage("frozen", broker::freeze, broker::thaw);
                run.end();
            }
            run.requireDeclared(read(Topics.MEDIA));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aCutNetworkLeavesNoGapWhenTheBufferHolds() throws Exception {
        port = TestBroker.port();
        try (CutCable cable = new CutCable(port);
                TestBroker broker =
                        start(Map.of("advertised.listeners", "CLIENT://" + TestBroker.HOST + ":" + cable.port()))) {
            assertThat(broker.isAlive()).isTrue();
            port = cable.port();
            FaultRun run = new FaultRun(config().build());
            try (run) {
                run.outage("cut off", cable::cut, cable::mend);
                run.end();
            }
            run.requireAll(read(Topics.MEDIA));
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aKilledKafkaLeavesNoGapWhenTheBufferHolds() throws Exception {
        FaultRun run = killAndRestart(() -> config().build());
        run.requireAll(lastLog);
    }

    @Test
    @Execution(CONCURRENT)
    void aKilledKafkaIsDeclaredExactlyWhenTheBufferDoesNotHold() throws Exception {
        FaultRun run = killAndRestart(this::smallBuffer);
        run.requireDeclared(lastLog);
    }

    private FaultRun killAndRestart(Supplier<MirrorConfig> config) throws Exception {
        Deque<TestBroker> brokers = new ArrayDeque<>(List.of(start(Map.of())));
        try {
            FaultRun run = new FaultRun(config.get());
            try (run) {
                run.outage("killed", () -> brokers.element().kill(), () -> brokers.push(start(Map.of())));
                run.end();
            }
            lastLog = read(Topics.MEDIA);
            return run;
        } finally {
            brokers.forEach(TestBroker::close);
        }
    }

    @Test
    @Execution(CONCURRENT)
    void aDiskWithoutRoomEndsTheBrokerAndLosesNothing() throws Exception {
        Deque<TestBroker> brokers = new ArrayDeque<>(List.of(start(Map.of())));
        try {
            FaultRun run = new FaultRun(config().build());
            try (run) {
                run.outage(
                        "without room on its disk",
                        () -> {
                            brokers.element().limitFiles(largestLog() + 200_000);
                            await().atMost(FaultRun.PATIENCE)
                                    .until(() -> !brokers.element().isAlive());
                        },
                        () -> brokers.push(start(Map.of())));
                run.end();
            }
            run.requireAll(read(Topics.MEDIA));
        } finally {
            brokers.forEach(TestBroker::close);
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
            port = TestBroker.port();
        }
        return TestBroker.start(folder, port, changes);
    }

    private MirrorConfig smallBuffer() {
        return config().bufferBytes(1_000_000).build();
    }

    private MirrorConfig.Builder config() {
        return MirrorConfig.builder(TestBroker.HOST + ":" + port).partitions(2);
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

    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        return TopicReader.read(TestBroker.HOST + ":" + port, topic);
    }
}
