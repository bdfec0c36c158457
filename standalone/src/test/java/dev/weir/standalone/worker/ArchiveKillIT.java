package dev.weir.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.connector.store.FileObjectStore;
import dev.weir.schemas.Topics;
import dev.weir.standalone.process.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two real Connect workers in distributed mode, four tasks, three real brokers with three replicas of everything. Workers
 * and brokers are killed, stand still, and are cut off from each other while they archive; {@code -Dweir.worker-kills=N}
 * asks for so many faults of all kinds, by {@code -Dweir.seed=N}. The folder must be what the log alone makes, byte for
 * byte.
 */
@Timeout(7_200)
class ArchiveKillIT {
    private static final long SEED = Long.getLong("weir.seed", 7);
    private static final List<ClusterFault> FAULTS = faults(Integer.getInteger("weir.worker-kills", 0));
    private static final int STREAMS = 4;

    /** The log comes in parts, so that there is work left at every event, however fast the workers are. */
    private static final int PARTS = 2 * FAULTS.size() + 2;

    private static final int SECONDS = 12 * PARTS;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Longer than the sessions of workers and brokers, and than a request waits. */
    private static final Duration CUT = Duration.ofSeconds(12);

    /** What the network calls the workers. */
    private static final List<Integer> WORKERS = List.of(4, 5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private Path archive = Path.of("");

    private final CuttableNetwork network = new CuttableNetwork();
    private final List<ConnectNode> workers = new ArrayList<>();
    private final List<Path> hosts = new ArrayList<>();
    private int part;

    /** Without a number: a worker and a broker killed at once, and a zombie; otherwise all kinds in turn. */
    private static List<ClusterFault> faults(int count) {
        if (count == 0) {
            return List.of(ClusterFault.KILL_BOTH, ClusterFault.FREEZE_WORKER);
        }
        ClusterFault[] kinds = ClusterFault.values();
        return IntStream.range(0, count).mapToObj(i -> kinds[i % kinds.length]).toList();
    }

    @Test
    void workersAndBrokersThatFailLeaveWhatTheLogMakes() throws Exception {
        Distribution distribution = new Distribution(Path.of("target", "weir").toAbsolutePath());
        archive = Files.createDirectories(folder.resolve("archive"));
        List<List<byte[]>> log = SoundLog.of(STREAMS, SECONDS);
        SplittableRandom random = new SplittableRandom(SEED);
        try (network;
                BrokerCluster brokers = BrokerCluster.start(distribution, folder.resolve("brokers"), network);
                Admin admin = Admin.create(client(brokers.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(Topics.MEDIA, STREAMS, (short) 3)))
                    .all()
                    .get(60, TimeUnit.SECONDS);
            brokers.awaitInSync(admin, PATIENCE);
            try {
                for (int i = 0; i < 2; i++) {
                    hosts.add(brokers.admit(WORKERS.get(i)));
                    workers.add(start(distribution, brokers, i));
                }
                send(brokers, log);
                workers.get(0).configure("archive", settings());
                awaitObjects(4);
                for (ClusterFault fault : FAULTS) {
                    // Counted before there is more: a fast worker has all of it archived when it is counted after.
                    long before = objects();
                    send(brokers, log);
                    awaitObjects(before + random.nextInt(1, 12));
                    suffer(fault, random, distribution, brokers, admin, log);
                    brokers.awaitInSync(admin, PATIENCE);
                }
                send(brokers, log);
                awaitCommitted(admin, log);
            } finally {
                workers.forEach(ConnectNode::close);
            }
        }
        Path expected = Files.createDirectories(folder.resolve("expected"));
        SoundLog.archive(log, expected, PATIENCE);
        SortedMap<String, String> wanted = digests(expected);
        assertThat(part).isEqualTo(PARTS);
        assertThat(wanted).hasSizeGreaterThan(STREAMS * SECONDS / 2);
        assertThat(differences(wanted, digests(archive))).as("seed %d", SEED).isEmpty();
        System.out.printf("seed %d: %s, %d files the same%n", SEED, FAULTS, wanted.size());
    }

    /**
     * The settings of the test's own clients. A producer has one request under way: a broker that has just become leader may
     * refuse the first batch of a new producer, take the second, and then refuse the first for good.
     */
    private static Map<String, Object> client(String bootstrap) {
        return Map.of(
                "bootstrap.servers", bootstrap,
                "max.in.flight.requests.per.connection", "1",
                "request.timeout.ms", "5000",
                "default.api.timeout.ms", "60000",
                "delivery.timeout.ms", "200000",
                "socket.connection.setup.timeout.ms", "3000");
    }

    private ConnectNode start(Distribution distribution, BrokerCluster brokers, int worker) throws Exception {
        return ConnectNode.start(
                distribution, folder.resolve("node-" + worker), brokers.bootstrapByName(), hosts.get(worker));
    }

    /** Lets it happen, sends on meanwhile, and mends it. */
    private void suffer(
            ClusterFault fault,
            SplittableRandom random,
            Distribution distribution,
            BrokerCluster brokers,
            Admin admin,
            List<List<byte[]>> log)
            throws Exception {
        int worker = random.nextInt(2);
        int process = WORKERS.get(worker);
        int broker = BrokerCluster.BROKERS.get(random.nextInt(3));
        BrokerNode node = brokers.node(broker);
        List<Integer> rest =
                IntStream.rangeClosed(0, 5).filter(id -> id != broker).boxed().toList();
        System.out.printf("%s worker=%d broker=%d objects=%d%n", fault, worker, broker, objects());
        switch (fault) {
            case KILL_WORKER, KILL_BROKER, KILL_BOTH -> {
                if (fault != ClusterFault.KILL_BROKER) {
                    workers.get(worker).kill();
                }
                if (fault != ClusterFault.KILL_WORKER) {
                    node.kill();
                }
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendUnchecked(brokers, log));
                // The broker may have been the last one in sync: then there is no leader until it is back.
                awaitDoneOrLongEnough(sent);
                if (fault != ClusterFault.KILL_WORKER) {
                    node.start();
                }
                sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (fault != ClusterFault.KILL_BROKER) {
                    workers.set(worker, start(distribution, brokers, worker));
                }
            }
            case FREEZE_WORKER -> {
                workers.get(worker).freeze();
                sendAndAwaitProgress(brokers, admin, log);
                workers.get(worker).thaw();
            }
            case FREEZE_BROKER -> {
                node.freeze();
                sendAndAwaitProgress(brokers, admin, log);
                node.thaw();
            }
            case CUT_WORKER -> {
                network.cut(process, BrokerCluster.BROKERS);
                sendAndAwaitProgress(brokers, admin, log);
                network.heal(process, BrokerCluster.BROKERS);
            }
            case CUT_BROKER -> {
                network.cut(broker, rest);
                sendAndAwaitProgress(brokers, admin, log);
                network.heal(broker, rest);
            }
            case CUT_WORKER_FROM_BROKER -> {
                // The other worker need not take over: the one keeps its partitions while its coordinator hears it.
                network.cut(process, List.of(broker));
                send(brokers, log);
                awaitDoneOrLongEnough(new CompletableFuture<>());
                network.heal(process, List.of(broker));
            }
        }
    }

    /** Waits for {@code done}, but no longer than {@link #CUT}. */
    private static void awaitDoneOrLongEnough(CompletableFuture<?> done) {
        long end = System.nanoTime() + CUT.toNanos();
        await().atMost(PATIENCE).until(() -> done.isDone() || System.nanoTime() - end > 0);
    }

    private void sendUnchecked(BrokerCluster brokers, List<List<byte[]>> log) {
        try {
            send(brokers, log);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void sendAndAwaitProgress(BrokerCluster brokers, Admin admin, List<List<byte[]>> log) throws Exception {
        Map<Integer, Long> before = await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> committed(admin), offsets -> !offsets.isEmpty());
        send(brokers, log);
        awaitProgressEverywhere(admin, before);
    }

    /** The sink's settings: short segments, so that there is much to interrupt. */
    private String settings() {
        return """
                {"connector.class": "dev.weir.connector.ArchiveSinkConnector", "topics": "%s", "tasks.max": "%d",
                 "consumer.override.max.poll.records": "20",
                 "archive.directory": "%s", "archive.segment.duration.ms": "1000"}
                """.formatted(Topics.MEDIA, STREAMS, archive);
    }

    /** Sends the next part of every stream. */
    private void send(BrokerCluster brokers, List<List<byte[]>> log) throws Exception {
        int sending = part++;
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(client(brokers.bootstrap()), new StringSerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int stream = 0; stream < log.size(); stream++) {
                int size = log.get(stream).size();
                for (byte[] value : log.get(stream).subList(size * sending / PARTS, size * (sending + 1) / PARTS)) {
                    sent.add(producer.send(new ProducerRecord<>(Topics.MEDIA, stream, "stream-" + stream, value)));
                }
            }
            for (Future<RecordMetadata> record : sent) {
                record.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    Map<Integer, Long> committed = committed(admin);
                    return partitions()
                            .allMatch(stream -> committed.getOrDefault(stream, 0L)
                                    == log.get(stream).size());
                });
    }

    private static void awaitProgressEverywhere(Admin admin, Map<Integer, Long> before) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
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
