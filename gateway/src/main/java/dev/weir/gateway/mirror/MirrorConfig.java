package dev.weir.gateway.mirror;

import dev.weir.schemas.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the mirror into Kafka.
 *
 * @param bootstrapServers {@code host:port,…} of the brokers
 * @param clientProperties Kafka client settings passed through as they are (security and the like); they win over ours
 * @param topic topic of the media log
 * @param partitions partitions when the topic has to be created
 * @param replicationFactor replicas when the topic has to be created, -1 = the brokers' default
 * @param retention how long the log keeps media when the topic has to be created
 * @param retentionBytes how much of it each partition keeps when the topic has to be created, 0 = no limit
 * @param metadata settings of the metadata topics
 * @param registry address of a schema registry that gives the ids in front of the records; empty = Avro single-object
 *     encoding, which needs none
 * @param bufferBytes bound of everything not yet acknowledged by Kafka, over all streams; beyond it media is left out up
 *     to the next keyframe
 * @param batchBytes size at which a batch is cut, whatever it holds; at most 900 kB
 * @param minBatchAge a batch is cut at the end of a video frame once it is this old
 * @param maxBatchAge a batch is cut when it is this old
 * @param linger how long the Kafka producer waits to fill a request
 * @param configurationInterval how often the list of tracks is repeated
 * @param heartbeatInterval silence after which a heartbeat is written
 * @param keyframeInterval longest time without a video keyframe before one is requested from the publisher, zero =
 *     never; the archive can be cut and joined at keyframes only
 * @param closeTimeout how long {@link KafkaMirror#close} waits for acknowledgements
 */
public record MirrorConfig(
        String bootstrapServers,
        Map<String, String> clientProperties,
        String topic,
        int partitions,
        int replicationFactor,
        Duration retention,
        long retentionBytes,
        MetadataConfig metadata,
        Optional<URI> registry,
        long bufferBytes,
        int batchBytes,
        Duration minBatchAge,
        Duration maxBatchAge,
        Duration linger,
        Duration configurationInterval,
        Duration heartbeatInterval,
        Duration keyframeInterval,
        Duration closeTimeout) {

    /** Largest permitted {@link #batchBytes}: a record must stay under Kafka's default limit of 1 MiB. */
    public static final int MAX_BATCH_BYTES = 900_000;

    /** Checks the ranges; the message names the configuration key. */
    public MirrorConfig {
        require(!bootstrapServers.isBlank(), "kafka.bootstrap-servers must not be empty");
        require(partitions >= 1, "mirror.partitions must be at least 1: " + partitions);
        require(
                replicationFactor == -1 || replicationFactor >= 1,
                "mirror.replication-factor must be -1 or at least 1: " + replicationFactor);
        require(!retention.isZero(), "mirror.retention must not be zero");
        require(retentionBytes >= 0, "mirror.retention-size must not be negative: " + retentionBytes);
        require(bufferBytes >= 1_000_000, "mirror.buffer-bytes must be at least 1000000: " + bufferBytes);
        require(
                batchBytes >= 10_000 && batchBytes <= MAX_BATCH_BYTES,
                "mirror.batch-bytes must be 10000 to " + MAX_BATCH_BYTES + ": " + batchBytes);
        require(
                minBatchAge.compareTo(maxBatchAge) <= 0,
                "mirror.min-batch-age must not exceed mirror.max-batch-age: " + minBatchAge + ", " + maxBatchAge);
        clientProperties = Map.copyOf(clientProperties);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Starts from the defaults, for the brokers at {@code bootstrapServers}. */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /** Collects settings; every value has a default. One thread. */
    public static final class Builder {
        private final String bootstrapServers;
        private Map<String, String> clientProperties = Map.of();
        private String topic = Topics.MEDIA;
        private int partitions = 6;
        private int replicationFactor = -1;
        private Duration retention = Duration.ofHours(24);
        private long retentionBytes;
        private MetadataConfig metadata = MetadataConfig.DEFAULT;
        private Optional<URI> registry = Optional.empty();
        private long bufferBytes = 64_000_000;
        private int batchBytes = 512_000;
        private Duration minBatchAge = Duration.ofMillis(40);
        private Duration maxBatchAge = Duration.ofMillis(100);
        private Duration linger = Duration.ofMillis(5);
        private Duration configurationInterval = Duration.ofSeconds(2);
        private Duration heartbeatInterval = Duration.ofSeconds(1);
        private Duration keyframeInterval = Duration.ofSeconds(4);
        private Duration closeTimeout = Duration.ofSeconds(5);

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers;
        }

        /** Sets {@link MirrorConfig#clientProperties}. */
        public Builder clientProperties(Map<String, String> value) {
            clientProperties = value;
            return this;
        }

        /** Sets {@link MirrorConfig#topic}. */
        public Builder topic(String value) {
            topic = value;
            return this;
        }

        /** Sets {@link MirrorConfig#partitions}. */
        public Builder partitions(int value) {
            partitions = value;
            return this;
        }

        /** Sets {@link MirrorConfig#replicationFactor}. */
        public Builder replicationFactor(int value) {
            replicationFactor = value;
            return this;
        }

        /** Sets {@link MirrorConfig#retention}. */
        public Builder retention(Duration value) {
            retention = value;
            return this;
        }

        /** Sets {@link MirrorConfig#retentionBytes}. */
        public Builder retentionBytes(long value) {
            retentionBytes = value;
            return this;
        }

        /** Sets {@link MirrorConfig#metadata}. */
        public Builder metadata(MetadataConfig value) {
            metadata = value;
            return this;
        }

        /** Sets {@link MirrorConfig#registry}. */
        public Builder registry(URI value) {
            registry = Optional.of(value);
            return this;
        }

        /** Sets {@link MirrorConfig#bufferBytes}. */
        public Builder bufferBytes(long value) {
            bufferBytes = value;
            return this;
        }

        /** Sets {@link MirrorConfig#batchBytes}. */
        public Builder batchBytes(int value) {
            batchBytes = value;
            return this;
        }

        /** Sets {@link MirrorConfig#minBatchAge}. */
        public Builder minBatchAge(Duration value) {
            minBatchAge = value;
            return this;
        }

        /** Sets {@link MirrorConfig#maxBatchAge}. */
        public Builder maxBatchAge(Duration value) {
            maxBatchAge = value;
            return this;
        }

        /** Sets {@link MirrorConfig#linger}. */
        public Builder linger(Duration value) {
            linger = value;
            return this;
        }

        /** Sets {@link MirrorConfig#configurationInterval}. */
        public Builder configurationInterval(Duration value) {
            configurationInterval = value;
            return this;
        }

        /** Sets {@link MirrorConfig#heartbeatInterval}. */
        public Builder heartbeatInterval(Duration value) {
            heartbeatInterval = value;
            return this;
        }

        /** Sets {@link MirrorConfig#keyframeInterval}. */
        public Builder keyframeInterval(Duration value) {
            keyframeInterval = value;
            return this;
        }

        /** Sets {@link MirrorConfig#closeTimeout}. */
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException naming the key when a value is out of range
         */
        public MirrorConfig build() {
            return new MirrorConfig(
                    bootstrapServers,
                    clientProperties,
                    topic,
                    partitions,
                    replicationFactor,
                    retention,
                    retentionBytes,
                    metadata,
                    registry,
                    bufferBytes,
                    batchBytes,
                    minBatchAge,
                    maxBatchAge,
                    linger,
                    configurationInterval,
                    heartbeatInterval,
                    keyframeInterval,
                    closeTimeout);
        }
    }
}
