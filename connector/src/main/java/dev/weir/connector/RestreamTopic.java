package dev.weir.connector;

import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.RestreamStatus;
import dev.weir.connector.restream.TargetReports;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RestreamTarget;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what a target does in the catalogue of targets, on a thread of its own: sending never waits for it. What Kafka does
 * not take is left out; the next report holds all that counts.
 */
public final class RestreamTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestreamTopic.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LAST_WORD_MILLIS = 3_000;

    /** A removed target is forgotten after this; a living one is told anew every few seconds. */
    private static final String RETENTION_MS = Long.toString(TimeUnit.DAYS.toMillis(1));

    private final String topic;
    private final TargetReports reports;
    private final Supplier<RestreamStatus> status;
    private final TopicProducer<RestreamTarget> producer;
    private final Thread thread;
    private boolean refused;
    private volatile boolean closing;

    private RestreamTopic(RestreamSinkConfig config, TargetReports reports, Supplier<RestreamStatus> status) {
        this.topic = config.topic().name();
        this.reports = reports;
        this.status = status;
        this.producer = producer(config);
        this.thread = new Thread(this::run, "weir-restream-catalogue");
        thread.setDaemon(true);
    }

    private static TopicProducer<RestreamTarget> producer(RestreamSinkConfig config) {
        Map<String, Object> bounded = new HashMap<>(config.topic().kafka());
        bounded.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "20000");
        bounded.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        bounded.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, "262144");
        return new TopicProducer<>(
                config.topic().name(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        RETENTION_MS,
                        TopicConfig.SEGMENT_MS_CONFIG,
                        "3600000"),
                MetadataCodec.restream(),
                bounded,
                config.topic().registry());
    }

    /** Starts what {@code config} asks for; nobody is told when it names no brokers. */
    static AutoCloseable start(RestreamSinkConfig config, TargetReports reports, Supplier<RestreamStatus> status) {
        if (config.topic().kafka().isEmpty()) {
            return () -> {};
        }
        RestreamTopic started = new RestreamTopic(config, reports, status);
        started.thread.start();
        return started;
    }

    /**
     * Tells that the target is gone for good. Its task cannot: Connect ends it in the same way when it moves to another worker.
     * So this is for who removed the connector, after the task's last word. Nobody is told when {@code config} names no brokers.
     */
    public static void forget(RestreamSinkConfig config)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        if (!config.topic().kafka().isEmpty()) {
            try (TopicProducer<RestreamTarget> producer = producer(config)) {
                producer.forget(RestreamTarget.keyOf(config.stream(), config.name()));
            }
        }
    }

    private void run() {
        try {
            while (!closing) {
                tell();
                LockSupport.parkNanos(LOOK_NANOS);
            }
            tell();
        } catch (InterruptedException | InterruptException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() throws InterruptedException {
        Optional<RestreamTarget> report =
                reports.next(status.get(), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()), System.nanoTime());
        if (report.isEmpty()) {
            return;
        }
        try {
            producer.send(reports.key(), report.get());
            refused = false;
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (ExecutionException | IOException | TimeoutException | KafkaException e) {
            if (!refused && !closing) {
                Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
                LOG.warn(
                        "topic={} takes no records, target={} is not told of: {}",
                        topic,
                        reports.key(),
                        cause.toString());
            }
            refused = true;
        }
    }

    /** Tells the last state, which takes 3 s at most. Idempotent. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(LAST_WORD_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        producer.close();
        thread.interrupt();
    }
}
