package dev.weir.connector;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;

/** Keeps what a task publishes, and refuses a name that is taken, as a worker does. */
public final class KeptMetrics implements PluginMetrics {
    private final Map<MetricName, MetricValueProvider<?>> metrics = new ConcurrentHashMap<>();

    /** Returns the present values by name. */
    public Map<String, Object> values() {
        return metrics.entrySet().stream()
                .collect(Collectors.toMap(
                        metric -> metric.getKey().name(),
                        metric -> ((Gauge<?>) metric.getValue()).value(new MetricConfig(), 0)));
    }

    @Override
    @SuppressWarnings("NonApiType") // Kafka's
    public MetricName metricName(String name, String description, LinkedHashMap<String, String> tags) {
        return new MetricName(name, "plugins", description, tags);
    }

    @Override
    public void addMetric(MetricName name, MetricValueProvider<?> provider) {
        if (metrics.putIfAbsent(name, provider) != null) {
            throw new IllegalArgumentException("A metric named '" + name + "' already exists");
        }
    }

    @Override
    public void removeMetric(MetricName name) {
        metrics.remove(name);
    }

    @Override
    public Sensor addSensor(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeSensor(String name) {
        throw new UnsupportedOperationException();
    }
}
