package dev.weir.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.archive.ArchiveSettings;
import dev.weir.connector.archive.ArchiveWriter;
import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.archive.LogPartition;
import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.schemas.TrackInfo;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real Connect workers in distributed mode, four tasks, a real broker: workers are killed with SIGKILL, and stopped
 * for longer than their session ({@code -Dweir.worker-kills=N}, {@code -Dweir.seed=N}), while they archive. The folder must
 * be what the log alone makes, byte for byte.
 */
@Timeout(3_600)
class ArchiveKillIT {
    private static final int KILLS = Integer.getInteger("weir.worker-kills", 1);
    private static final long SEED = Long.getLong("weir.seed", 7);
    private static final int STREAMS = 4;

    /** The log comes in parts, so that there is work left at every event, however fast the workers are. */
    private static final int PARTS = KILLS + 4;

    private static final int SECONDS = 20 * PARTS;
    private static final long START_MICROS = 1_790_000_000_000_000L;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private Path archive = Path.of("");

    @Test
    void killedAndStoppedWorkersLeaveWhatTheLogMakes() throws Exception {
        Distribution distribution = new Distribution(Path.of("target", "weir").toAbsolutePath());
        archive = Files.createDirectories(folder.resolve("archive"));
        SplittableRandom random = new SplittableRandom(SEED);
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                Broker broker = Broker.start(distribution, data, 0, line -> {});
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            MediaTopics.create(broker.bootstrap());
            List<List<byte[]>> log = log();
            send(broker.bootstrap(), log, 0);
            List<ConnectNode> nodes = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    nodes.add(ConnectNode.start(distribution, folder.resolve("node-" + i), broker.bootstrap()));
                }
                nodes.get(0).configure("archive", settings());
                awaitObjects(4);

                for (int kill = 0; kill < KILLS; kill++) {
                    int victim = random.nextInt(2);
                    send(broker.bootstrap(), log, 1 + kill);
                    awaitObjects(objects() + random.nextInt(1, 12));
                    nodes.get(victim).kill();
                    nodes.set(
                            victim,
                            ConnectNode.start(distribution, folder.resolve("node-" + victim), broker.bootstrap()));
                }
                // a zombie: it stands still until the others have gone on without it
                ConnectNode zombie = nodes.get(random.nextInt(2));
                send(broker.bootstrap(), log, KILLS + 1);
                awaitObjects(objects() + random.nextInt(1, 12));
                zombie.freeze();
                Map<Integer, Long> before = committed(admin);
                send(broker.bootstrap(), log, KILLS + 2);
                awaitProgressEverywhere(admin, before);
                zombie.thaw();
                send(broker.bootstrap(), log, KILLS + 3);

                awaitCommitted(admin, log);
            } finally {
                nodes.forEach(ConnectNode::close);
            }
            Path expected = Files.createDirectories(folder.resolve("expected"));
            archiveUndisturbed(expected, log);
            SortedMap<String, String> wanted = digests(expected);
            assertThat(wanted).hasSizeGreaterThan(STREAMS * SECONDS / 2);
            assertThat(differences(wanted, digests(archive)))
                    .as("seed %d", SEED)
                    .isEmpty();
            System.out.printf("seed %d: %d kills, 1 zombie, %d files the same%n", SEED, KILLS, wanted.size());
        }
    }

    /** The sink's settings: short segments, so that there is much to interrupt. */
    private String settings() {
        return """
                {"connector.class": "dev.weir.connector.ArchiveSinkConnector", "topics": "%s", "tasks.max": "%d",
                 "consumer.override.max.poll.records": "20",
                 "archive.directory": "%s", "archive.segment.duration.ms": "1000"}
                """.formatted(Topics.MEDIA, STREAMS, archive);
    }

    /** One stream of sound for each partition, a record every 200 ms. */
    private static List<List<byte[]>> log() {
        RelayBatchCodec codec = new RelayBatchCodec();
        List<List<byte[]>> log = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            List<byte[]> records = new ArrayList<>();
            for (int batch = 0; batch < 5 * SECONDS; batch++) {
                List<LogEntry> entries = new ArrayList<>();
                if (batch == 0) {
                    TrackInfo track = new TrackInfo(0, "audio", "audio", "OPUS", 48_000, 2, "", List.of());
                    entries.add(new TrackConfiguration(List.of(track), List.of()));
                }
                for (int i = 0; i < 10; i++) {
                    entries.add(packet(10L * batch + i));
                }
                long at = START_MICROS + batch * 200_000L;
                if (batch == 5 * SECONDS - 1) {
                    entries.add(new EndOfStream(at, "publisher-left"));
                }
                records.add(codec.encode(new RelayBatch("stream-" + stream, 1, batch, at, entries)));
            }
            log.add(records);
        }
        return log;
    }

    private static LogPacket packet(long sequence) {
        ByteBuffer payload = ByteBuffer.allocate(60).put(0, (byte) 0xFC).putLong(1, sequence);
        return new LogPacket(
                0, "", 111, 1, sequence, sequence * 960, false, false, START_MICROS + sequence * 20_000, payload);
    }

    /** Sends one part of every stream. */
    private static void send(String bootstrap, List<List<byte[]>> log, int part) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int stream = 0; stream < log.size(); stream++) {
                int size = log.get(stream).size();
                for (byte[] value : log.get(stream).subList(size * part / PARTS, size * (part + 1) / PARTS)) {
                    sent.add(producer.send(new ProducerRecord<>(Topics.MEDIA, stream, "stream-" + stream, value)));
                }
            }
            for (Future<RecordMetadata> record : sent) {
                record.get(60, TimeUnit.SECONDS);
            }
        }
    }

    private void archiveUndisturbed(Path target, List<List<byte[]>> log) throws Exception {
        ArchiveSettings settings = new ArchiveSettings(
                "",
                Duration.ofSeconds(1),
                64L << 20,
                128L << 20,
                Duration.ofMinutes(10),
                AssembleConfig.ARCHIVE,
                Packaging.AUTO);
        try (ArchiveWriter writer = new ArchiveWriter(
                new FileObjectStore(target).open(), settings, UploadThread.daemon(), CommittedObjects.NOBODY)) {
            for (int stream = 0; stream < log.size(); stream++) {
                LogPartition partition = new LogPartition(Topics.MEDIA, stream);
                writer.open(partition);
                for (int offset = 0; offset < log.get(stream).size(); offset++) {
                    writer.add(partition, offset, log.get(stream).get(offset));
                }
                long end = log.get(stream).size();
                await().atMost(PATIENCE).until(() -> writer.committable().getOrDefault(partition, 0L) == end);
            }
        }
    }

    private void awaitObjects(long count) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> objects() >= count);
    }

    private long objects() {
        try (Stream<Path> files = Files.walk(archive, 3)) {
            return files.filter(file -> file.toString().endsWith(".mp4")).count();
        } catch (IOException | UncheckedIOException changing) {
            return 0;
        }
    }

    private static void awaitCommitted(Admin admin, List<List<byte[]>> log) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            Map<Integer, Long> committed = committed(admin);
            return partitions()
                    .allMatch(stream -> committed.getOrDefault(stream, 0L)
                            == log.get(stream).size());
        });
    }

    private static void awaitProgressEverywhere(Admin admin, Map<Integer, Long> before) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            Map<Integer, Long> committed = committed(admin);
            return partitions()
                    .allMatch(stream -> committed.getOrDefault(stream, 0L) > before.getOrDefault(stream, 0L));
        });
    }

    private static Stream<Integer> partitions() {
        return Stream.iterate(0, stream -> stream < STREAMS, stream -> stream + 1);
    }

    private static Map<Integer, Long> committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets("connect-archive")
                .partitionsToOffsetAndMetadata()
                .get(30, TimeUnit.SECONDS);
        return offsets.entrySet().stream()
                .filter(offset -> offset.getValue() != null)
                .collect(Collectors.toMap(
                        offset -> offset.getKey().partition(),
                        offset -> offset.getValue().offset()));
    }

    private static SortedMap<String, String> digests(Path root) throws IOException {
        FileObjectStore store = new FileObjectStore(root);
        SortedMap<String, String> digests = new TreeMap<>();
        for (String key : store.list("")) {
            digests.put(key, store.stat(key).orElseThrow().sha256());
        }
        return digests;
    }

    private static List<String> differences(SortedMap<String, String> wanted, SortedMap<String, String> found) {
        return Stream.concat(wanted.keySet().stream(), found.keySet().stream())
                .distinct()
                .filter(key -> !String.valueOf(wanted.get(key)).equals(String.valueOf(found.get(key))))
                .toList();
    }
}
