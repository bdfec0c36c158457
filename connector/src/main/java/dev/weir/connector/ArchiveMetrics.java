package dev.weir.connector;

import dev.weir.connector.archive.ArchiveCounters;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task's metrics, which the worker publishes as {@code kafka.connect:type=plugins} (Kafka 4.1 and later; older workers have
 * none). The task's thread writes, any thread reads.
 */
final class ArchiveMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveMetrics.class);

    private final Clock clock;
    private volatile long latestRecordMillis;
    private volatile boolean caughtUp = true;

    ArchiveMetrics(Clock clock) {
        this.clock = clock;
    }

    /** Publishes the metrics of a task that counts with {@code counters}. */
    void register(SinkTaskContext context, Supplier<ArchiveCounters> counters) {
        try {
            PluginMetrics metrics = context.pluginMetrics();
            add(metrics, "lag-seconds", "media in the log that has not been read yet", this::lagSeconds);
            count(metrics, "objects", "objects made durable", counters, ArchiveCounters::objects);
            count(metrics, "bytes", "bytes of the objects made durable", counters, ArchiveCounters::bytes);
            count(metrics, "retries", "failed attempts to write an object", counters, ArchiveCounters::retries);
            count(metrics, "gaps", "gaps that manifests declare", counters, ArchiveCounters::gaps);
            count(metrics, "pending-bytes", "memory of unwritten objects", counters, ArchiveCounters::pendingBytes);
        } catch (NoSuchMethodError | UnsupportedOperationException e) {
            LOG.info("this worker publishes no metrics of plugins, Kafka 4.1 does: {}", e.toString());
        }
    }

    private static void count(
            PluginMetrics metrics,
            String name,
            String description,
            Supplier<ArchiveCounters> counters,
            ToDoubleFunction<ArchiveCounters> value) {
        add(metrics, name, description, () -> value.applyAsDouble(counters.get()));
    }

    private static void add(PluginMetrics metrics, String name, String description, Supplier<Double> value) {
        Gauge<Double> gauge = (config, now) -> value.get();
        metrics.addMetric(metrics.metricName("archive-" + name, description, new LinkedHashMap<>()), gauge);
    }

    /** Notes the arrival stamp of a record. */
    void read(long timestampMillis) {
        latestRecordMillis = timestampMillis;
        caughtUp = false;
    }

    /** Notes that there was nothing more to read. */
    void caughtUp() {
        caughtUp = true;
    }

    /** Returns how old the latest record was, 0 when nothing waits in the log. */
    double lagSeconds() {
        return caughtUp ? 0 : Math.max(0, clock.millis() - latestRecordMillis) / 1_000.0;
    }
}
