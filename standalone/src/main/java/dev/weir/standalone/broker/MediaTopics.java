package dev.weir.standalone.broker;

import dev.weir.schemas.Topics;
import dev.weir.standalone.process.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;

/** Creates the topics before anybody uses them: a sink that subscribes to a missing topic sees it only minutes later. */
public final class MediaTopics {

    private static final long PATIENCE_SECONDS = 30;
    private static final int MEDIA_PARTITIONS = 6;

    private MediaTopics() {}

    /**
     * Creates the topics that are missing and waits until each partition has a leader.
     *
     * @throws StartFailure if the broker does not do so
     */
    public static void create(String bootstrap) throws StartFailure, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            Set<String> present = admin.listTopics().names().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            List<NewTopic> missing = new ArrayList<>(wanted());
            missing.removeIf(topic -> present.contains(topic.name()));
            admin.createTopics(missing).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long start = System.nanoTime();
            while (!haveLeaders(admin)) {
                if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                    throw new StartFailure("Kafka at " + bootstrap + " gives the new topics no leader");
                }
                Thread.sleep(50);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new StartFailure("cannot create the topics on Kafka at " + bootstrap + ": " + e.getMessage(), e);
        }
    }

    private static List<NewTopic> wanted() {
        return List.of(
                new NewTopic(Topics.MEDIA, MEDIA_PARTITIONS, (short) 1),
                new NewTopic(Topics.FRAMES, MEDIA_PARTITIONS, (short) 1),
                new NewTopic(Topics.SESSIONS, 1, (short) 1),
                new NewTopic(Topics.STATS, 1, (short) 1),
                new NewTopic(Topics.STREAMS, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                new NewTopic(Topics.ARCHIVE, 1, (short) 1).configs(Map.of("retention.ms", "-1")),
                new NewTopic(Topics.RESTREAM, 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact,delete", "retention.ms", "86400000")));
    }

    private static boolean haveLeaders(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
        List<String> names = wanted().stream().map(NewTopic::name).toList();
        try {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(names).allTopicNames().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return topics.values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .noneMatch(partition ->
                            partition.leader() == null || partition.leader().isEmpty());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }
}
