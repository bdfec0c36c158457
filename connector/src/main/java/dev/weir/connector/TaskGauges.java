package dev.weir.connector;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes values of a task, which the worker shows as {@code kafka.connect:type=plugins} (Kafka 4.1 and later; older workers
 * have none). A worker that gave up waiting for the end of a task, and starts it again, still holds the values of the run
 * before under the same names: they are published later then. The task's thread.
 */
final class TaskGauges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskGauges.class);

    private final Optional<PluginMetrics> metrics;
    private final Map<MetricName, Gauge<Object>> waiting = new LinkedHashMap<>();
    private final List<MetricName> published = new ArrayList<>();

    private TaskGauges(Optional<PluginMetrics> metrics) {
        this.metrics = metrics;
    }

    /** Returns gauges of the task with this context, without any value yet. */
    static TaskGauges of(SinkTaskContext context) {
        try {
            return new TaskGauges(Optional.of(context.pluginMetrics()));
        } catch (NoSuchMethodError | UnsupportedOperationException e) {
            LOG.info("this worker publishes no metrics of plugins, Kafka 4.1 does: {}", e.toString());
            return new TaskGauges(Optional.empty());
        }
    }

    /** Adds a value, to be published by {@link #publish}; {@code value} is called on any thread. */
    void add(String name, String description, Supplier<Object> value) {
        metrics.ifPresent(registry -> waiting.put(
                registry.metricName(name, description, new LinkedHashMap<>()), (config, now) -> value.get()));
    }

    /** Publishes what is not published yet, as far as the names are free. */
    void publish() {
        if (metrics.isEmpty() || waiting.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<MetricName, Gauge<Object>>> next = waiting.entrySet().iterator();
        try {
            while (next.hasNext()) {
                Map.Entry<MetricName, Gauge<Object>> gauge = next.next();
                metrics.get().addMetric(gauge.getKey(), gauge.getValue());
                published.add(gauge.getKey());
                next.remove();
            }
        } catch (IllegalArgumentException taken) {
            LOG.warn("an earlier run of this task has not ended yet, its metrics stay for now: {}", taken.getMessage());
        }
    }

    /** Takes the values back. Idempotent. */
    @Override
    public void close() {
        waiting.clear();
        metrics.ifPresent(registry -> published.forEach(registry::removeMetric));
        published.clear();
    }
}
