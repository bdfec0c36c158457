package dev.weir.gateway.mirror;

import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.Topics;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Lists the metadata topics that the gateway writes. */
public enum MetadataTopic {
    /** One record per frame. */
    FRAMES(Topics.FRAMES),
    /** The life of sessions. */
    SESSIONS(Topics.SESSIONS),
    /** Interval statistics. */
    STATS(Topics.STATS),
    /** The catalogue of streams. */
    STREAMS(Topics.STREAMS);

    private final String topicName;

    MetadataTopic(String topicName) {
        this.topicName = topicName;
    }

    /** Returns the name of the topic. */
    public String topicName() {
        return topicName;
    }

    /** Returns a codec of its own for the records of the topic. */
    MetadataCodec<?> codec() {
        return switch (this) {
            case FRAMES -> MetadataCodec.frames();
            case SESSIONS -> MetadataCodec.sessions();
            case STATS -> MetadataCodec.stats();
            case STREAMS -> MetadataCodec.streams();
        };
    }

    /** Returns what the topic needs to be when it has to be created. */
    TopicPlan plan(MirrorConfig config) {
        return switch (this) {
            case FRAMES -> plan(config, config.partitions(), config.retention().toMillis());
            case SESSIONS, STATS ->
                plan(config, 1, config.metadata().retention().toMillis());
            case STREAMS ->
                new TopicPlan(
                        topicName,
                        1,
                        config.replicationFactor(),
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT,
                                // Small segments, or the compaction never gets to a topic this quiet.
                                TopicConfig.SEGMENT_MS_CONFIG,
                                "3600000",
                                TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                                "0.1"));
        };
    }

    private TopicPlan plan(MirrorConfig config, int partitions, long retentionMillis) {
        return new TopicPlan(
                topicName,
                partitions,
                config.replicationFactor(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(retentionMillis)));
    }
}
