package dev.weir.gateway.mirror;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of the metadata topics.
 *
 * @param topics those that are written
 * @param statsInterval how often statistics are written
 * @param retention how long sessions and statistics are kept when their topics have to be created; frames are kept as long
 *     as the media
 * @param queueCapacity records that may wait for Kafka; beyond it new ones are dropped and counted
 */
public record MetadataConfig(Set<MetadataTopic> topics, Duration statsInterval, Duration retention, int queueCapacity) {

    /** Every topic, statistics every 10 s, kept for 7 days. */
    public static final MetadataConfig DEFAULT =
            new MetadataConfig(Set.of(MetadataTopic.values()), Duration.ofSeconds(10), Duration.ofDays(7), 50_000);

    /** Nothing is written but the media log. */
    public static final MetadataConfig NONE = DEFAULT.with(Set.of());

    /** Checks the ranges; the message names the configuration key. */
    public MetadataConfig {
        if (statsInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("mirror.stats-interval must be at least 1s: " + statsInterval);
        }
        if (retention.isZero() || retention.isNegative()) {
            throw new IllegalArgumentException("mirror.metadata-retention must be positive: " + retention);
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("mirror.metadata-queue must be positive: " + queueCapacity);
        }
        topics = Set.copyOf(topics);
    }

    /** Returns whether a topic tells what only the packets tell. */
    boolean followsFrames() {
        return topics.contains(MetadataTopic.FRAMES)
                || topics.contains(MetadataTopic.STATS)
                || topics.contains(MetadataTopic.STREAMS);
    }

    /** Returns these settings for other topics. */
    public MetadataConfig with(Set<MetadataTopic> value) {
        return new MetadataConfig(value, statsInterval, retention, queueCapacity);
    }
}
