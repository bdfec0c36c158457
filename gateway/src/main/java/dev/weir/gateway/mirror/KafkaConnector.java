package dev.weir.gateway.mirror;

import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordPrefix;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.StreamState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches Kafka: finds, checks or creates the topics, waits until they are served, opens the producers. Blocks. */
final class KafkaConnector implements KafkaMirror.Connector {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnector.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    /**
     * A producer never gives up what it has: it knows alone whether a record of an outage was written, and in which order to
     * go on. What bounds an outage is the buffer, in bytes.
     */
    private static final int DELIVERY_TIMEOUT_MILLIS = Integer.MAX_VALUE;

    /** Between attempts to connect; a network that is whole again is to be noticed soon. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration MAX_BLOCK = Duration.ofMillis(500);
    private static final int PRODUCER_BATCH_BYTES = 128 * 1024;
    private static final long PRODUCER_SLACK_BYTES = 4_000_000;
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
    public Connection connect(MirrorBuffer buffer, MirrorCounters counters, Map<Integer, Long> unsettledFrom)
            throws TopicUnfitException, IOException, ExecutionException, TimeoutException, InterruptedException {
        RelayBatchCodec codec = new RelayBatchCodec(schemas.media(config.topic()));
        Map<MetadataTopic, RecordPrefix> prefixes = new EnumMap<>(MetadataTopic.class);
        for (MetadataTopic topic : config.metadata().topics()) {
            prefixes.put(topic, schemas.of(topic));
        }
        Map<MetadataTopic, Integer> metadata = new EnumMap<>(MetadataTopic.class);
        long[] ends = ensureTopics(metadata);
        LogEnd written = unsettledFrom.isEmpty() ? LogEnd.NONE : written(unsettledFrom);
        Producer<byte[], byte[]> media = producer(mediaSettings());
        try {
            return new Connection(
                    new LogProducer(media, config.topic(), ends, written, codec, buffer, counters),
                    new MetadataProducer(
                            producer(metadataSettings()), metadata, new MetadataEncoder(prefixes), counters));
        } catch (RuntimeException e) {
            media.close(Duration.ZERO);
            throw e;
        }
    }

    private LogEnd written(Map<Integer, Long> unsettledFrom) throws TimeoutException {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            return LogEnd.read(consumer, config.topic(), unsettledFrom);
        } catch (AuthorizationException e) {
            LOG.warn(
                    "topic={} may not be read, so what a producer left unsettled is declared as a gap", config.topic());
            return LogEnd.UNKNOWN;
        }
    }

    @Override
    public boolean check() throws TopicUnfitException, ExecutionException, TimeoutException, InterruptedException {
        ensureTopics(new EnumMap<>(MetadataTopic.class));
        return true;
    }

    @Override
    public List<UnfinishedEpoch> unfinished() throws IOException, TimeoutException, InterruptedException {
        if (!config.metadata().topics().contains(MetadataTopic.STREAMS)) {
            return List.of();
        }
        MetadataCodec<StreamState> states = MetadataCodec.streams().with(schemas.of(MetadataTopic.STREAMS));
        RecordPrefix media = schemas.media(config.topic());
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            Catalogue catalogue = new Catalogue(
                    consumer,
                    states,
                    value -> media.registered()
                            ? RelayBatchCodec.decode(ByteBuffer.wrap(value), RelayBatchCodec.FINGERPRINT)
                            : RelayBatchCodec.decode(value),
                    config.topic());
            return catalogue.unfinished();
        }
    }

    /** Returns where the partitions of the media topic end, and adds the partitions of the metadata topics to {@code found}. */
    private long[] ensureTopics(Map<MetadataTopic, Integer> found)
            throws TopicUnfitException, ExecutionException, TimeoutException, InterruptedException {
        try (Admin admin = Admin.create(adminSettings())) {
            KafkaTopics topics = new KafkaTopics(admin);
            long[] ends = topics.ensure(mediaPlan(), config.batchBytes());
            for (MetadataTopic topic : config.metadata().topics()) {
                ensureMetadata(topics, topic, found);
            }
            return ends;
        }
    }

    @Override
    public <R extends Record> Optional<TopicWatch<R>> watch(
            String topic, MetadataCodec<R> codec, TopicWatch.Start start, TopicWatch.Listener<R> listener) {
        return Optional.of(new TopicWatch<>(config, topic, codec, start, listener));
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
            found.put(topic, topics.ensure(topic.plan(config), METADATA_RECORD_BYTES).length);
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
        settings.putAll(passedThrough(AdminClientConfig.configNames()));
        return settings;
    }

    private Map<String, Object> mediaSettings() {
        Map<String, Object> settings = commonSettings();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-mirror");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        // LogProducer bounds what is in here; half-filled producer batches must not block it earlier.
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * LogProducer.WINDOW_BYTES + PRODUCER_SLACK_BYTES);
        settings.putAll(passedThrough(ProducerConfig.configNames()));
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
        settings.putAll(passedThrough(ProducerConfig.configNames()));
        return settings;
    }

    private Map<String, Object> commonSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, CONNECT_TIMEOUT.toMillis());
        settings.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, CONNECT_TIMEOUT.toMillis());
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000L);
        return settings;
    }

    private Consumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-mirror-end");
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putAll(passedThrough(ConsumerConfig.configNames()));
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> passedThrough(Set<String> known) {
        Map<String, Object> settings = new HashMap<>(config.clientProperties());
        settings.keySet().retainAll(known);
        return settings;
    }
}
