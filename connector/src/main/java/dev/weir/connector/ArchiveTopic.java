package dev.weir.connector;

import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.MetadataCodec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one record per durable object into a topic, at least once: a record may come again after a crash, with the same
 * content. What Kafka refuses for good, or does not take for two minutes, is left out with a warning, and then tried with one
 * object in half a minute: objects matter more than the news of them. All but {@link #close} belongs to the thread that writes objects.
 */
final class ArchiveTopic implements CommittedObjects {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveTopic.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(30);

    private final String topic;
    private final TopicProducer<ArchiveObject> producer;
    private boolean refused;
    private long refusedNanos;
    private long leftOut;

    /** Creates what {@code config} asks for; nobody is told when it names no brokers. */
    static CommittedObjects of(ArchiveSinkConfig config) {
        Map<String, Object> client = config.topic().kafka();
        return client.isEmpty()
                ? CommittedObjects.NOBODY
                : new ArchiveTopic(config.topic().name(), client, config.topic().registry());
    }

    /** Creates the writer; it reaches Kafka with the first object. */
    ArchiveTopic(String topic, Map<String, Object> client, Optional<URI> registry) {
        this.topic = topic;
        this.producer = new TopicProducer<>(
                topic,
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1"),
                MetadataCodec.archive(),
                client,
                registry);
    }

    @Override
    public void tell(ArchiveObject object) throws InterruptedException {
        long startNanos = System.nanoTime();
        if (refused && startNanos - refusedNanos < RETRY.toNanos()) {
            leftOut++;
            return;
        }
        while (true) {
            Exception failure;
            try {
                producer.send(object.streamId(), object);
                if (refused) {
                    LOG.info("topic={} is written again, objects not told={}", topic, leftOut);
                }
                refused = false;
                leftOut = 0;
                return;
            } catch (InterruptException e) {
                throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof Exception cause ? cause : e;
            } catch (IOException | TimeoutException | KafkaException e) {
                failure = e;
            }
            boolean hopeless = failure instanceof KafkaException && !(failure instanceof RetriableException);
            if (refused || hopeless || System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                LOG.warn(
                        "topic={} takes no records, the archive goes on without: object={} {}",
                        topic,
                        object.objectKey(),
                        failure.toString());
                refused = true;
                refusedNanos = System.nanoTime();
                leftOut++;
                return;
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Closes the connection to Kafka; another thread may be inside. Idempotent. */
    @Override
    public void close() {
        producer.close();
    }
}
