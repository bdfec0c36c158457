package dev.weir.standalone.restore;

import dev.weir.schemas.Topics;
import dev.weir.standalone.process.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topic that records are put back into. Blocks. */
final class RestoreTopic {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final Admin admin;
    private final String name;

    /** Takes a client, which stays the caller's. */
    RestoreTopic(Admin admin, String name) {
        this.admin = admin;
        this.name = name;
    }

    /** One question to Kafka. */
    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException, TimeoutException;
    }

    private <T> T ask(Question<T> question) throws StartFailure, InterruptedException {
        try {
            return question.ask();
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new StartFailure("Kafka does not answer about topic " + name + ": " + cause, e);
        }
    }

    /**
     * Checks that the topic keeps what is put into it. A missing one is made, without an end of retention; that of the
     * gateway is left to the gateway.
     *
     * @param oldestMillis time stamp of the oldest record that will be written, milliseconds since 1970
     * @param now what the topic's retention counts from
     * @return how many partitions it has
     * @throws StartFailure when it does not
     */
    int prepare(long oldestMillis, Instant now) throws StartFailure, InterruptedException {
        Optional<TopicDescription> found = describe();
        if (found.isEmpty()) {
            return create();
        }
        Map<String, String> settings = settings();
        if (settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "").contains("compact")) {
            throw new StartFailure("topic " + name + " is compacted, so Kafka would keep one record of the stream: name"
                    + " another with --topic");
        }
        long retention = Long.parseLong(settings.getOrDefault(TopicConfig.RETENTION_MS_CONFIG, "-1"));
        if (retention >= 0 && oldestMillis < now.toEpochMilli() - retention) {
            throw new StartFailure("topic " + name + " keeps records for " + Duration.ofMillis(retention)
                    + ", and the recording is from " + Instant.ofEpochMilli(oldestMillis)
                    + ": Kafka would delete it again. Name a topic that does not exist yet with --topic, or raise"
                    + " retention.ms of this one");
        }
        return found.get().partitions().size();
    }

    private Optional<TopicDescription> describe() throws StartFailure, InterruptedException {
        return ask(() -> {
            try {
                return Optional.ofNullable(admin.describeTopics(List.of(name))
                        .allTopicNames()
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .get(name));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private Map<String, String> settings() throws StartFailure, InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        Map<ConfigResource, Config> configs =
                ask(() -> admin.describeConfigs(List.of(resource)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        return configs.values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private int create() throws StartFailure, InterruptedException {
        if (name.equals(Topics.MEDIA)) {
            throw new StartFailure("there is no topic " + name
                    + ": start the gateway, which makes it, or name another one" + " with --topic");
        }
        NewTopic topic = new NewTopic(name, Optional.empty(), Optional.empty())
                .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1", TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
        boolean isNew = ask(() -> {
            try {
                admin.createTopics(List.of(topic)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return true;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicExistsException) {
                    return false;
                }
                throw e;
            }
        });
        for (long left = PATIENCE.dividedBy(RETRY); left > 0; left--) {
            Optional<TopicDescription> created = describe();
            if (created.isPresent()) {
                return created.get().partitions().size();
            }
            Thread.sleep(RETRY.toMillis());
        }
        throw new StartFailure("topic " + name + (isNew ? " was created" : " exists") + " but does not appear");
    }

    /** Returns the offset of the next record in a partition. */
    long end(int partition) throws StartFailure, InterruptedException {
        TopicPartition place = new TopicPartition(name, partition);
        return ask(() -> admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                .partitionResult(place)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .offset());
    }
}
