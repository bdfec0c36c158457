package dev.weir.connector;

import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one record per durable object into a topic, at least once: a record may come again after a crash, with the same
 * content. What Kafka refuses for good, or does not take for two minutes, is left out with a warning, and then tried with one
 * object in half a minute: objects matter more than the news of them. All but {@link #close} belongs to the thread that writes objects.
 */
final class ArchiveTopic implements CommittedObjects {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveTopic.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final int REQUEST_MILLIS = 10_000;

    private final String topic;
    private final Map<String, Object> client;
    private final Optional<URI> registry;
    private MetadataCodec<ArchiveObject> codec = MetadataCodec.archive();
    private boolean refused;
    private long refusedNanos;
    private long leftOut;
    private volatile @Nullable Producer<byte[], byte[]> producer;

    /** Creates what {@code config} asks for; nobody is told when it names no brokers. */
    static CommittedObjects of(ArchiveSinkConfig config) {
        Map<String, Object> client = config.topicKafka();
        return client.isEmpty()
                ? CommittedObjects.NOBODY
                : new ArchiveTopic(config.topic(), client, config.topicRegistry());
    }

    /** Creates the writer; it reaches Kafka with the first object. */
    ArchiveTopic(String topic, Map<String, Object> client, Optional<URI> registry) {
        this.topic = topic;
        this.client = Map.copyOf(client);
        this.registry = registry;
    }

    @Override
    public void tell(ArchiveObject object) throws InterruptedException {
        long startNanos = System.nanoTime();
        if (refused && startNanos - refusedNanos < RETRY.toNanos()) {
            leftOut++;
            return;
        }
        while (true) {
            Exception failure;
            try {
                send(object);
                if (refused) {
                    LOG.info("topic={} is written again, objects not told={}", topic, leftOut);
                }
                refused = false;
                leftOut = 0;
                return;
            } catch (InterruptException e) {
                throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof Exception cause ? cause : e;
            } catch (IOException | TimeoutException | KafkaException e) {
                failure = e;
            }
            boolean hopeless = failure instanceof KafkaException && !(failure instanceof RetriableException);
            if (refused || hopeless || System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                LOG.warn(
                        "topic={} takes no records, the archive goes on without: object={} {}",
                        topic,
                        object.objectKey(),
                        failure.toString());
                refused = true;
                refusedNanos = System.nanoTime();
                leftOut++;
                return;
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private void send(ArchiveObject object)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open = open();
            producer = open;
        }
        byte[] key = object.streamId().getBytes(StandardCharsets.UTF_8);
        open.send(new ProducerRecord<>(topic, key, codec.encode(object))).get();
    }

    private Producer<byte[], byte[]> open()
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        if (registry.isPresent()) {
            int id = new SchemaRegistry(registry.get()).register(SchemaRegistry.subjectOf(topic), codec.schema());
            codec = codec.with(RecordPrefix.registered(id));
        }
        createTopic();
        Map<String, Object> settings = of(ProducerConfig.configNames());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With several in flight the first records of a new topic may be lost (KAFKA-15591).
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_MILLIS);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Not being allowed to is no reason to stop: the topic may be there. */
    private void createTopic() throws ExecutionException, TimeoutException, InterruptedException {
        NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1"));
        try (Admin admin = Admin.create(of(AdminClientConfig.configNames()))) {
            admin.createTopics(List.of(wanted)).all().get(REQUEST_MILLIS, TimeUnit.MILLISECONDS);
            LOG.info("topic={} created", topic);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                throw e;
            }
            if (!(e.getCause() instanceof TopicExistsException)) {
                LOG.info("topic={} cannot be created, hoping that it is there: {}", topic, e.getCause());
            }
        }
    }

    private Map<String, Object> of(Set<String> known) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.keySet().retainAll(known);
        return settings;
    }

    /** Closes the connection to Kafka; another thread may be inside. Idempotent. */
    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
