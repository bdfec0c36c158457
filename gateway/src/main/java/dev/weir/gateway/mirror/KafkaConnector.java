package dev.weir.gateway.mirror;

import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.RelayBatchCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches Kafka: finds, checks or creates the topics, waits until they are served, opens the producers. Blocks. */
final class KafkaConnector implements KafkaMirror.Connector {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnector.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    /** An outage is bounded by the buffer, in bytes; this only ends what can never succeed. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration MAX_BLOCK = Duration.ofMillis(500);
    private static final int PRODUCER_BATCH_BYTES = 128 * 1024;
    private static final Duration METADATA_LINGER = Duration.ofMillis(50);
    private static final long METADATA_BUFFER_BYTES = 8_000_000;
    private static final int METADATA_RECORD_BYTES = 10_000;

    private final MirrorConfig config;
    private final RegisteredSchemas schemas;

    KafkaConnector(MirrorConfig config) {
        this.config = config;
        this.schemas = new RegisteredSchemas(config.registry());
    }

    @Override
    public Connection connect(MirrorBuffer buffer, MirrorCounters counters)
            throws TopicUnfitException, IOException, ExecutionException, TimeoutException, InterruptedException {
        RelayBatchCodec codec = new RelayBatchCodec(schemas.media(config.topic()));
        Map<MetadataTopic, RecordPrefix> prefixes = new EnumMap<>(MetadataTopic.class);
        for (MetadataTopic topic : config.metadata().topics()) {
            prefixes.put(topic, schemas.of(topic));
        }
        int partitions;
        Map<MetadataTopic, Integer> metadata = new EnumMap<>(MetadataTopic.class);
        try (Admin admin = Admin.create(adminSettings())) {
            KafkaTopics topics = new KafkaTopics(admin);
            partitions = topics.ensure(mediaPlan(), config.batchBytes());
            for (MetadataTopic topic : config.metadata().topics()) {
                ensureMetadata(topics, topic, metadata);
            }
        }
        Producer<byte[], byte[]> media = producer(mediaSettings());
        try {
            return new Connection(
                    new LogProducer(media, config.topic(), partitions, codec, buffer, counters),
                    new MetadataProducer(
                            producer(metadataSettings()), metadata, new MetadataEncoder(prefixes), counters));
        } catch (RuntimeException e) {
            media.close(Duration.ZERO);
            throw e;
        }
    }

    private TopicPlan mediaPlan() {
        Map<String, String> settings = new HashMap<>();
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(config.retention().toMillis()));
        if (config.retentionBytes() > 0) {
            settings.put(TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(config.retentionBytes()));
        }
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(1 << 20));
        settings.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        return new TopicPlan(config.topic(), config.partitions(), config.replicationFactor(), settings);
    }

    /** Metadata is no reason to do without media: a topic that cannot be had is told and left out. */
    private void ensureMetadata(KafkaTopics topics, MetadataTopic topic, Map<MetadataTopic, Integer> found)
            throws InterruptedException {
        try {
            found.put(topic, topics.ensure(topic.plan(config), METADATA_RECORD_BYTES));
        } catch (TopicUnfitException | ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            LOG.warn("topic={} cannot be written, its records are dropped: {}", topic.topicName(), cause.getMessage());
        }
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> adminSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "weir-mirror-admin");
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) READY_TIMEOUT.toMillis());
        config.clientProperties().forEach((key, value) -> {
            if (AdminClientConfig.configNames().contains(key)) {
                settings.put(key, value);
            }
        });
        return settings;
    }

    private Map<String, Object> mediaSettings() {
        Map<String, Object> settings = commonSettings();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-mirror");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        // The mirror's own buffer is the bound; half-filled producer batches must not block it earlier.
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * config.bufferBytes() + 4_000_000);
        settings.putAll(passedThrough());
        return settings;
    }

    /** Small records that resemble each other: they wait a little longer for company and are compressed. */
    private Map<String, Object> metadataSettings() {
        Map<String, Object> settings = commonSettings();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-mirror-metadata");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, METADATA_LINGER.toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, METADATA_BUFFER_BYTES);
        // With several in flight the first records of a new topic may be lost (KAFKA-15591).
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.putAll(passedThrough());
        return settings;
    }

    private Map<String, Object> commonSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis());
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000L);
        return settings;
    }

    private Map<String, Object> passedThrough() {
        Map<String, Object> settings = new HashMap<>(config.clientProperties());
        settings.keySet().retainAll(ProducerConfig.configNames());
        return settings;
    }
}
