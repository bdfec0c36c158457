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
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds, checks and creates topics, and waits until their partitions are served. Blocks. */
final class KafkaTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration READY_RETRY = Duration.ofMillis(100);

    private final Admin admin;

    /** Takes a client, which stays the caller's. */
    KafkaTopics(Admin admin) {
        this.admin = admin;
    }

    /**
     * Creates the topic if it is missing and checks it otherwise; returns where its partitions end, all of them served.
     *
     * @param recordBytes largest record that will be written
     * @throws TopicUnfitException when the topic cannot keep what is written to it
     */
    long[] ensure(TopicPlan plan, int recordBytes)
            throws TopicUnfitException, ExecutionException, TimeoutException, InterruptedException {
        Optional<TopicDescription> found = describe(plan.name());
        if (found.isPresent()) {
            check(plan, found.get(), recordBytes);
        } else {
            found = Optional.of(create(plan));
        }
        return awaitLeaders(plan.name(), found.get().partitions().size());
    }

    private Optional<TopicDescription> describe(String topic)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return Optional.ofNullable(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void check(TopicPlan plan, TopicDescription found, int recordBytes)
            throws TopicUnfitException, ExecutionException, TimeoutException, InterruptedException {
        int partitions = found.partitions().size();
        if (partitions < plan.partitions()) {
            LOG.warn(
                    "topic={} has {} partitions, mirror.partitions is {}: add some while nothing is live, or lower the setting",
                    plan.name(),
                    partitions,
                    plan.partitions());
        }
        int replicas = found.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replicas < plan.replicationFactor()) {
            LOG.warn(
                    "topic={} has {} replicas, mirror.replication-factor is {}: what Kafka has acknowledged may be lost"
                            + " with a broker",
                    plan.name(),
                    replicas,
                    plan.replicationFactor());
        }
        Map<String, String> settings = settings(plan.name());
        refuseWhatLosesRecords(plan, settings, replicas, recordBytes);
    }

    private static void refuseWhatLosesRecords(
            TopicPlan plan, Map<String, String> settings, int replicas, int recordBytes) throws TopicUnfitException {
        String topic = "topic " + plan.name();
        boolean shouldCompact =
                TopicConfig.CLEANUP_POLICY_COMPACT.equals(plan.settings().get(TopicConfig.CLEANUP_POLICY_CONFIG));
        boolean compacts = settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
                .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (compacts && !shouldCompact) {
            throw new TopicUnfitException(
                    topic + " is compacted, so Kafka would keep one record per stream: set its cleanup.policy=delete");
        }
        if (!compacts && shouldCompact && !settings.isEmpty()) {
            LOG.warn("{} is not compacted, so streams vanish from it: set its cleanup.policy=compact", topic);
        }
        int inSync = Integer.parseInt(settings.getOrDefault(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1"));
        if (inSync > replicas) {
            throw new TopicUnfitException(topic + " has " + replicas + " replicas and min.insync.replicas=" + inSync
                    + ", so it takes no record at all: lower the one or add the others");
        }
        int maxBytes = Integer.parseInt(
                settings.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(Integer.MAX_VALUE)));
        if (maxBytes < recordBytes) {
            throw new TopicUnfitException(topic + " takes records of " + maxBytes + " bytes, but they grow to "
                    + recordBytes + ": raise its max.message.bytes or lower mirror.batch-size");
        }
    }

    /** Returns the topic's settings; empty when we may not see them. */
    private Map<String, String> settings(String topic)
            throws ExecutionException, TimeoutException, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config = admin.describeConfigs(List.of(resource))
                    .all()
                    .get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(resource);
            Map<String, String> settings = new HashMap<>();
            for (ConfigEntry entry : config == null ? List.<ConfigEntry>of() : config.entries()) {
                if (entry.value() != null) {
                    settings.put(entry.name(), entry.value());
                }
            }
            return settings;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                LOG.info(
                        "topic={} settings cannot be checked: {}",
                        topic,
                        e.getCause().getMessage());
                return Map.of();
            }
            throw e;
        }
    }

    private TopicDescription create(TopicPlan plan) throws ExecutionException, TimeoutException, InterruptedException {
        NewTopic topic =
                new NewTopic(plan.name(), plan.partitions(), (short) plan.replicationFactor()).configs(plan.settings());
        try {
            admin.createTopics(List.of(topic)).all().get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.info("topic={} created partitions={} {}", plan.name(), plan.partitions(), plan.settings());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        long deadlineNanos = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            Optional<TopicDescription> created = describe(plan.name());
            if (created.isPresent()) {
                return created.get();
            }
            TimeUnit.MILLISECONDS.sleep(READY_RETRY.toMillis());
        }
        throw new TimeoutException("topic " + plan.name() + " was created but does not appear");
    }

    /** A partition answers for its end only when its leader serves it, so that the first record finds it ready. */
    private long[] awaitLeaders(String topic, int partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        var found = admin.listOffsets(ends).all().get(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        long[] offsets = new long[partitions];
        found.forEach((partition, end) -> offsets[partition.partition()] = end.offset());
        return offsets;
    }
}
