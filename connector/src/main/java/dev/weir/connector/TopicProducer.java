package dev.weir.connector;

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
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the records of one metadata topic, which it creates when it is missing, and waits for each to be acknowledged. Reaches
 * Kafka with the first record. One thread, {@link #close} excepted.
 */
final class TopicProducer<R extends Record> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicProducer.class);
    private static final int REQUEST_MILLIS = 10_000;

    private final String topic;
    private final Map<String, String> topicSettings;
    private final Map<String, Object> client;
    private final Optional<URI> registry;
    private MetadataCodec<R> codec;
    private volatile @Nullable Producer<byte[], byte[]> producer;

    /**
     * Creates the writer.
     *
     * @param topicSettings settings of the topic when it has to be created
     * @param client properties of Kafka's clients
     * @param registry gives the ids in front of the records; empty = single-object encoding
     */
    TopicProducer(
            String topic,
            Map<String, String> topicSettings,
            MetadataCodec<R> codec,
            Map<String, Object> client,
            Optional<URI> registry) {
        this.topic = topic;
        this.topicSettings = Map.copyOf(topicSettings);
        this.codec = codec;
        this.client = Map.copyOf(client);
        this.registry = registry;
    }

    /** Writes a record and waits for Kafka's word. */
    void send(String key, R record) throws IOException, ExecutionException, TimeoutException, InterruptedException {
        Producer<byte[], byte[]> kafka = connected();
        write(kafka, key, codec.encode(record));
    }

    /** Writes that what {@code key} stands for is gone, and waits for Kafka's word. */
    void forget(String key) throws IOException, ExecutionException, TimeoutException, InterruptedException {
        write(connected(), key, null);
    }

    private void write(Producer<byte[], byte[]> kafka, String key, byte @Nullable [] value)
            throws ExecutionException, InterruptedException {
        kafka.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    private Producer<byte[], byte[]> connected()
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open = open();
            producer = open;
        }
        return open;
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
        NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty()).configs(topicSettings);
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
