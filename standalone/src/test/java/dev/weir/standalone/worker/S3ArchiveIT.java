package dev.weir.standalone.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.connector.store.S3ProxyServer;
import dev.weir.schemas.Topics;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A sink that was down comes back: a real Connect worker archives what waits in a real broker into an S3 server that we did
 * not write, with credentials from a file, and foreign records on the way. A second connector makes the same recording
 * again in another container and other lengths ({@code -Dweir.backlog.seconds=N}, {@code -Dweir.backlog.kbps=N}).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(3_600)
class S3ArchiveIT {
    private static final int SECONDS = Integer.getInteger("weir.backlog.seconds", 180);
    private static final int KBPS = Integer.getInteger("weir.backlog.kbps", 500);

    /** Two tasks, each with two objects of 100 s at the rate, and what they have fetched. */
    private static final int HEAP_MEBIBYTES = 256 + KBPS / 5;

    private static final String BUCKET = "media";
    private static final String DEAD = "weir.media.dead";
    private static final TopicPartition PARTITION = new TopicPartition(Topics.MEDIA, 0);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir
    static Path folder;

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<Long> foreign = new ArrayList<>();
    private String bootstrap = "";
    private long records;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private DataDirectory data;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private Broker broker;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private S3ProxyServer server;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private S3Client s3;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private ConnectNode node;

    @BeforeAll
    void archiveTheBacklog() throws Exception {
        Distribution distribution = new Distribution(Path.of("target", "weir").toAbsolutePath());
        server = S3ProxyServer.start(folder, (long) SECONDS * KBPS / 8_000);
        data = DataDirectory.open(folder.resolve("data"));
        broker = Broker.start(distribution, data, 0, line -> {});
        bootstrap = broker.bootstrap();
        MediaTopics.create(bootstrap);
        node = ConnectNode.start(distribution, folder.resolve("node"), bootstrap, HEAP_MEBIBYTES);
        send();
        s3 = server.client();
        s3.createBucket(create -> create.bucket(BUCKET));
        Files.writeString(
                folder.resolve("s3.properties"),
                "id=" + S3ProxyServer.KEY_ID + "\nsecret=" + S3ProxyServer.SECRET + "\n");

        Duration cpu = node.cpu();
        long start = System.nanoTime();
        configure("archive", intoS3());
        configure("again", again());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            awaitCommitted(admin, "archive");
            awaitCommitted(admin, "again");
        }
        double wall = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d s of media at %d kbit/s archived twice, by two connectors of one worker, in %.1f s with their start"
                        + " and %.1f s of CPU: %.0f times real time each%n",
                SECONDS, KBPS, wall, node.cpu().minus(cpu).toMillis() / 1e3, SECONDS / wall);
    }

    /** Sends the stream with foreign records among it. */
    private void send() throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", "5"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            MediaLog log = new MediaLog("camera", KBPS);
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int second = 0; second < SECONDS; second++) {
                for (byte[] value : log.nextSecond()) {
                    sent.add(send(producer, "camera", value));
                }
                if (second == SECONDS / 3) {
                    foreign.add(send(producer, "stranger", "{\"not\": \"ours\"}".getBytes(UTF_8))
                            .get()
                            .offset());
                    foreign.add(send(producer, "camera", new byte[] {(byte) 0xC3, 1, 2, 3})
                            .get()
                            .offset());
                }
            }
            sent.add(send(producer, "camera", log.end()));
            for (Future<RecordMetadata> record : sent) {
                records = record.get(60, TimeUnit.SECONDS).offset() + 1;
            }
        }
    }

    private static Future<RecordMetadata> send(KafkaProducer<String, byte[]> producer, String key, byte[] value) {
        return producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), key, value));
    }

    /** Posts the settings, and keeps them for {@code weir archive verify}. */
    private void configure(String name, String json) throws Exception {
        Files.writeString(folder.resolve(name + ".json"), json);
        node.configure(name, json);
    }

    private String intoS3() {
        Path secrets = folder.resolve("s3.properties");
        return """
                {"connector.class": "dev.weir.connector.ArchiveSinkConnector", "topics": "%s", "tasks.max": "1",
                 "errors.tolerance": "all", "errors.deadletterqueue.topic.name": "%s",
                 "errors.deadletterqueue.topic.replication.factor": "1",
                 "errors.deadletterqueue.context.headers.enable": "true",
                 "archive.store": "s3", "archive.prefix": "live/", "archive.segment.duration.ms": "100000",
                 "s3.bucket": "%s", "s3.endpoint": "%s", "s3.path.style": "true", "s3.part.bytes": "5242880",
                 "s3.access.key.id": "${file:%s:id}", "s3.secret.access.key": "${file:%s:secret}"}
                """.formatted(Topics.MEDIA, DEAD, BUCKET, server.endpoint(), secrets, secrets);
    }

    private String again() {
        return """
                {"connector.class": "dev.weir.connector.ArchiveSinkConnector", "topics": "%s", "tasks.max": "1",
                 "archive.directory": "%s", "archive.container": "mkv", "archive.segment.duration.ms": "20000"}
                """.formatted(Topics.MEDIA, folder.resolve("again"));
    }

    private void awaitCommitted(Admin admin, String connector) {
        await("offset of " + connector)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    OffsetAndMetadata offset = admin.listConsumerGroupOffsets("connect-" + connector)
                            .partitionsToOffsetAndMetadata()
                            .get(30, TimeUnit.SECONDS)
                            .get(PARTITION);
                    return offset != null && offset.offset() == records;
                });
    }

    @AfterAll
    void stop() throws Exception {
        s3.close();
        server.close();
        node.close();
        broker.close();
        data.close();
    }

    @Test
    void everyFrameIsInTheBucketAndTheRecordingMadeAgainHasTheSameOnes() throws Exception {
        JsonNode first = verified("archive");
        JsonNode again = verified("again");

        long frames = SECONDS * (25L + 50);
        for (JsonNode verdict : List.of(first, again)) {
            assertThat(verdict.path("acked").asLong()).isEqualTo(frames);
            assertThat(verdict.path("archived").asLong()).isEqualTo(frames);
            assertThat(verdict.path("epochs").get(0).path("ended").asBoolean()).isTrue();
        }
        assertThat(first.at("/epochs/0/objects").asInt()).isEqualTo((SECONDS + 99) / 100);
        assertThat(again.at("/epochs/0/objects").asInt()).isEqualTo((SECONDS + 19) / 20);
    }

    private JsonNode verified(String connector) throws Exception {
        String settings = folder.resolve(connector + ".json").toString();
        CommandRun run = CommandRun.of(
                "archive", "verify", "--stream", "camera", "--bootstrap", bootstrap, "--connector", settings, "--json");
        assertThat(run.exitCode()).as("%s%s", run.out(), run.err()).isZero();
        return mapper.readTree(run.out());
    }

    @Test
    void objectsLieUnderThePrefixLargeOnesInPartsAndNoUploadIsLeft() {
        List<S3Object> objects = s3.listObjectsV2(list -> list.bucket(BUCKET)).contents();

        assertThat(objects)
                .extracting(S3Object::key)
                .contains(
                        "live/camera/1/000000000000000.mp4",
                        "live/camera/1/000000000000000.json",
                        "live/camera/1/000000100000000.mp4",
                        "live/camera/1/index.m3u8")
                .allSatisfy(key -> assertThat(key).startsWith("live/camera/1/"));
        assertThat(objects)
                .filteredOn(object -> object.size() > 5 << 20)
                .isNotEmpty()
                .allSatisfy(object -> assertThat(object.eTag()).matches("\"?[0-9a-f]{32}-\\d+\"?"));
        assertThat(s3.listMultipartUploads(list -> list.bucket(BUCKET)).uploads())
                .isEmpty();
    }

    @Test
    void foreignRecordsAreInTheDeadLetterQueueWithTheirOrigin() {
        List<ConsumerRecord<String, byte[]>> dead = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", false),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partition = List.of(new TopicPartition(DEAD, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(dead::add);
                return dead.size() >= foreign.size();
            });
        }

        assertThat(dead).extracting(ConsumerRecord::key).containsExactly("stranger", "camera");
        assertThat(dead.get(0).value()).asString(UTF_8).isEqualTo("{\"not\": \"ours\"}");
        assertThat(dead)
                .extracting(record -> header(record, "topic") + " " + header(record, "offset"))
                .containsExactly(Topics.MEDIA + " " + foreign.get(0), Topics.MEDIA + " " + foreign.get(1));
        assertThat(dead).allSatisfy(record -> {
            assertThat(header(record, "connector.name")).isEqualTo("archive");
            assertThat(header(record, "exception.class.name")).contains("MalformedRecordException");
            assertThat(header(record, "exception.message")).isNotEmpty();
        });
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(
                record.headers().lastHeader("__connect.errors." + name).value(), UTF_8);
    }
}
