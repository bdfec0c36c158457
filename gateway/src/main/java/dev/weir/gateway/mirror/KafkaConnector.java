package dev.weir.gateway.mirror;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches Kafka: finds or creates the topic, waits until every partition is served, opens the producer. Blocks. */
final class KafkaConnector implements KafkaMirror.Connector {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaConnector.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration READY_RETRY = Duration.ofMillis(100);

    /** An outage is bounded by the buffer, in bytes; this only ends what can never succeed. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration MAX_BLOCK = Duration.ofMillis(500);
    private static final int PRODUCER_BATCH_BYTES = 128 * 1024;

    private final MirrorConfig config;

    KafkaConnector(MirrorConfig config) {
        this.config = config;
    }

    @Override
    public LogProducer connect(MirrorBuffer buffer, MirrorCounters counters)
            throws ExecutionException, TimeoutException, InterruptedException {
        int partitions;
        try (Admin admin = Admin.create(adminSettings())) {
            partitions = partitions(admin).orElseGet(() -> 0);
            if (partitions == 0) {
                partitions = createTopic(admin);
            }
            awaitLeaders(admin, partitions);
        }
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
        return new LogProducer(producer, config.topic(), partitions, buffer, counters);
    }

    private Optional<Integer> partitions(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return Optional.ofNullable(admin.describeTopics(List.of(config.topic()))
                            .allTopicNames()
                            .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .get(config.topic()))
                    .map(topic -> topic.partitions().size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private int createTopic(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        NewTopic topic = new NewTopic(config.topic(), config.partitions(), (short) config.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(config.retention().toMillis()),
                        TopicConfig.COMPRESSION_TYPE_CONFIG,
                        "producer",
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "CreateTime"));
        try {
            admin.createTopics(List.of(topic)).all().get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("topic={} created partitions={}", config.topic(), config.partitions());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        long deadlineNanos = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            Optional<Integer> partitions = partitions(admin);
            if (partitions.isPresent()) {
                return partitions.get();
            }
            TimeUnit.MILLISECONDS.sleep(READY_RETRY.toMillis());
        }
        throw new TimeoutException("topic " + config.topic() + " was created but does not appear");
    }

    /** A partition answers for its end only when its leader serves it, so that the first record finds it ready. */
    private void awaitLeaders(Admin admin, int partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(config.topic(), partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        admin.listOffsets(ends).all().get(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
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

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "weir-mirror");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, config.linger().toMillis());
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis());
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2000L);
        // The mirror's own buffer is the bound; half-filled producer batches must not block it earlier.
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2 * config.bufferBytes() + 4_000_000);
        config.clientProperties().forEach((key, value) -> {
            if (ProducerConfig.configNames().contains(key)) {
                settings.put(key, value);
            }
        });
        return settings;
    }
}
