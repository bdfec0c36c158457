package dev.weir.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSinkTaskTest {
    private static final TopicPartition PARTITION = new TopicPartition("weir.media.v1", 0);

    @TempDir
    Path folder;

    private final ArchiveSinkTask task = new ArchiveSinkTask();
    private final Worker worker = new Worker();
    private Path archive = Path.of("");

    @BeforeEach
    void start() {
        archive = folder.resolve("archive");
        task.initialize(worker);
        task.start(Map.of("archive.directory", archive.toString(), "archive.segment.duration.ms", "2000"));
        task.open(List.of(PARTITION));
    }

    @AfterEach
    void stop() {
        task.stop();
        task.stop();
    }

    @Test
    void recordsBecomeObjectsAndOffsetsFollow() throws IOException {
        List<SinkRecord> records = records(0, log());

        task.put(records);

        awaitCommittable(records.size());
        assertThat(files())
                .contains("camera/7/000000000000000.mp4", "camera/7/index.m3u8", "camera/7/000000002000000.json");
        task.put(List.of());
        assertThat(worker.commitsRequested).isPositive();
    }

    @Test
    void aRecordThatIsNotOursIsReportedAndDisturbsNothing() throws IOException {
        List<byte[]> values = new ArrayList<>(log());
        values.add(3, "not a batch".getBytes(UTF_8));
        values.add(7, new byte[0]);
        List<SinkRecord> records = records(0, values);
        records.add(5, new SinkRecord("weir.media.v1", 0, null, null, Schema.STRING_SCHEMA, "text", 4));

        task.put(records);

        awaitCommittable(values.size());
        assertThat(worker.reported).hasSize(3);
        assertThat(files()).contains("camera/7/000000000000000.mp4", "camera/7/index.m3u8");
    }

    /** A worker that waited in vain for a task to stop starts it again beside the old one; that ended the new one. */
    @Test
    void aTaskArchivesBesideAnEarlierRunOfItselfAndShowsItsMetricsOnceThatHasEnded() throws IOException {
        ArchiveSinkTask again = new ArchiveSinkTask();
        again.initialize(worker);
        again.start(Map.of("archive.directory", archive.toString(), "archive.segment.duration.ms", "2000"));
        try {
            again.open(List.of(PARTITION));
            again.preCommit(Map.of());
            assertThat(worker.metrics.values()).hasSize(7);

            task.stop();
            assertThat(worker.metrics.values()).isEmpty();

            again.preCommit(Map.of());
            assertThat(worker.metrics.values()).hasSize(7);
            List<SinkRecord> records = records(0, log());
            again.put(records);
            assertThat(worker.metric("archive-lag-seconds")).isPositive();
        } finally {
            again.stop();
        }
    }

    @Test
    void redeliveryAfterARebalanceChangesNothing() throws IOException {
        List<SinkRecord> records = records(0, log());
        task.put(records);
        awaitCommittable(records.size());
        Set<String> before = files();

        task.close(List.of(PARTITION));
        task.open(List.of(PARTITION));
        task.put(records);

        awaitCommittable(records.size());
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void metricsTellWhatWasDoneAndHowFarBehind() throws IOException {
        List<SinkRecord> records = records(0, log());

        task.put(records);
        assertThat(worker.metric("archive-lag-seconds")).isPositive();
        awaitCommittable(records.size());
        task.put(List.of());

        long objects = files().stream().filter(file -> file.endsWith(".mp4")).count();
        assertThat(worker.metric("archive-objects")).isEqualTo((double) objects);
        assertThat(worker.metric("archive-bytes")).isPositive();
        assertThat(worker.metric("archive-retries")).isZero();
        assertThat(worker.metric("archive-gaps")).isZero();
        assertThat(worker.metric("archive-pending-bytes")).isZero();
        assertThat(worker.metric("archive-lag-seconds")).isZero();
    }

    @Test
    void aFolderThatCannotBeWrittenFailsTheStartInWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        ArchiveSinkTask other = new ArchiveSinkTask();
        other.initialize(worker);

        assertThatThrownBy(() -> other.start(Map.of("archive.directory", file.toString())))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("cannot be written");
        other.stop();
    }

    @Test
    void theConnectorValidatesValuesTogether() {
        Config config = new ArchiveSinkConnector().validate(Map.of("archive.store", "s3"));

        assertThat(config.configValues())
                .filteredOn(value -> value.name().equals("s3.bucket"))
                .singleElement()
                .extracting(ConfigValue::errorMessages)
                .asString()
                .contains("must name a bucket");
        assertThat(config.configValues())
                .filteredOn(value -> value.name().equals("archive.store"))
                .singleElement()
                .extracting(ConfigValue::recommendedValues)
                .isEqualTo(List.of("file", "s3"));
        assertThat(config.configValues())
                .filteredOn(ConfigValue::visible)
                .extracting(ConfigValue::name)
                .contains("s3.endpoint")
                .doesNotContain("archive.directory");
        assertThat(new ArchiveSinkConnector().version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    private List<byte[]> log() {
        EncodedStream opus = EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", 5);
        RelayBatchCodec codec = new RelayBatchCodec();
        return new LogOf()
                .track(opus, Timing.DIRECT).batches().stream()
                        .map(codec::encode)
                        .toList();
    }

    private static List<SinkRecord> records(long firstOffset, List<byte[]> values) {
        List<SinkRecord> records = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            records.add(new SinkRecord(
                    "weir.media.v1",
                    0,
                    Schema.STRING_SCHEMA,
                    LogOf.STREAM,
                    Schema.BYTES_SCHEMA,
                    values.get(i),
                    firstOffset + i,
                    0L,
                    TimestampType.CREATE_TIME));
        }
        return records;
    }

    private void awaitCommittable(long offset) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> new OffsetAndMetadata(offset)
                        .equals(task.preCommit(Map.of()).get(PARTITION)));
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(archive)) {
            Set<String> names = new HashSet<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> names.add(archive.relativize(file).toString()));
            return names;
        }
    }

    /** What a Connect worker offers a task. */
    private static final class Worker implements SinkTaskContext {
        private final List<SinkRecord> reported = new ArrayList<>();
        private final KeptMetrics metrics = new KeptMetrics();
        private int commitsRequested;

        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {}

        @Override
        public void offset(TopicPartition partition, long offset) {}

        @Override
        public void timeout(long timeoutMillis) {}

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of(PARTITION);
        }

        @Override
        public void pause(TopicPartition... partitions) {}

        @Override
        public void resume(TopicPartition... partitions) {}

        @Override
        public void requestCommit() {
            commitsRequested++;
        }

        double metric(String name) {
            return (Double) metrics.values().getOrDefault(name, Double.NaN);
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return metrics;
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return (record, error) -> {
                reported.add(record);
                return CompletableFuture.completedFuture(null);
            };
        }
    }
}
