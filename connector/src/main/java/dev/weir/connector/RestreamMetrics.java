package dev.weir.connector;

import dev.weir.connector.restream.Restream;
import dev.weir.connector.restream.RestreamStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Shows a target's state through Connect's metrics of plugins (Kafka 4.1 and newer), and so through JMX. */
final class RestreamMetrics implements AutoCloseable {
    private final PluginMetrics registry;
    private final Restream restream;
    private final List<MetricName> names = new ArrayList<>();

    private RestreamMetrics(PluginMetrics registry, Restream restream) {
        this.registry = registry;
        this.restream = restream;
    }

    /** Registers the metrics; workers before Kafka 4.1 know no such, and have none. */
    static AutoCloseable register(SinkTaskContext context, Restream restream) {
        try {
            return register(context.pluginMetrics(), restream);
        } catch (LinkageError olderWorker) {
            return () -> {};
        }
    }

    private static RestreamMetrics register(PluginMetrics registry, Restream restream) {
        RestreamMetrics metrics = new RestreamMetrics(registry, restream);
        metrics.add("restream-state", "what the target does", RestreamStatus::state);
        metrics.add("restream-bytes-sent-total", "bytes of media sent", RestreamStatus::bytesSent);
        metrics.add("restream-bitrate-bps", "bits of media per second", RestreamStatus::bitrateBps);
        metrics.add("restream-delay-ms", "arrival at the gateway to sending", RestreamStatus::delayMillis);
        metrics.add("restream-batches-skipped-total", "records passed over", RestreamStatus::batchesSkipped);
        metrics.add("restream-skips-total", "times the delay was too large", RestreamStatus::skips);
        metrics.add("restream-connects-total", "connections opened", RestreamStatus::connects);
        metrics.add("restream-failures-total", "connections that failed", RestreamStatus::failures);
        metrics.add("restream-queued-bytes", "media that waits to be sent", RestreamStatus::queuedBytes);
        metrics.add("restream-last-error", "the last failure", RestreamStatus::lastError);
        return metrics;
    }

    private void add(String name, String description, Function<RestreamStatus, Object> value) {
        MetricName metric = registry.metricName(name, description, new LinkedHashMap<>());
        registry.addMetric(metric, (Gauge<Object>) (config, now) -> value.apply(restream.status()));
        names.add(metric);
    }

    @Override
    public void close() {
        names.forEach(registry::removeMetric);
    }
}
