package dev.weir.connector;

import dev.weir.connector.restream.Restream;
import dev.weir.connector.restream.RestreamStatus;
import java.util.function.Function;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Shows a target's state through Connect's metrics of plugins, and so through JMX. */
final class RestreamMetrics {
    private RestreamMetrics() {}

    /** Returns the metrics of {@code restream}, published. */
    static TaskGauges publish(SinkTaskContext context, Restream restream) {
        TaskGauges gauges = TaskGauges.of(context);
        add(gauges, restream, "restream-state", "what the target does", RestreamStatus::state);
        add(gauges, restream, "restream-bytes-sent-total", "bytes of media sent", RestreamStatus::bytesSent);
        add(gauges, restream, "restream-bitrate-bps", "bits of media per second", RestreamStatus::bitrateBps);
        add(gauges, restream, "restream-delay-ms", "arrival at the gateway to sending", RestreamStatus::delayMillis);
        add(gauges, restream, "restream-batches-skipped-total", "records passed over", RestreamStatus::batchesSkipped);
        add(gauges, restream, "restream-skips-total", "times the delay was too large", RestreamStatus::skips);
        add(gauges, restream, "restream-connects-total", "connections opened", RestreamStatus::connects);
        add(gauges, restream, "restream-failures-total", "connections that failed", RestreamStatus::failures);
        add(gauges, restream, "restream-queued-bytes", "media that waits to be sent", RestreamStatus::queuedBytes);
        add(gauges, restream, "restream-last-error", "the last failure", RestreamStatus::lastError);
        gauges.publish();
        return gauges;
    }

    private static void add(
            TaskGauges gauges,
            Restream restream,
            String name,
            String description,
            Function<RestreamStatus, Object> value) {
        gauges.add(name, description, () -> value.apply(restream.status()));
    }
}
