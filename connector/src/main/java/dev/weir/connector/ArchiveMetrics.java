package dev.weir.connector;

import dev.weir.connector.archive.ArchiveCounters;
import java.time.Clock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** The task's metrics. The task's thread writes, any thread reads. */
final class ArchiveMetrics {
    private final Clock clock;
    private volatile long latestRecordMillis;
    private volatile boolean caughtUp = true;

    ArchiveMetrics(Clock clock) {
        this.clock = clock;
    }

    /** Returns the metrics of a task that counts with {@code counters}, published. */
    TaskGauges publish(SinkTaskContext context, Supplier<ArchiveCounters> counters) {
        TaskGauges gauges = TaskGauges.of(context);
        gauges.add("archive-lag-seconds", "media in the log that has not been read yet", this::lagSeconds);
        count(gauges, "objects", "objects made durable", counters, ArchiveCounters::objects);
        count(gauges, "bytes", "bytes of the objects made durable", counters, ArchiveCounters::bytes);
        count(gauges, "retries", "failed attempts to write an object", counters, ArchiveCounters::retries);
        count(gauges, "gaps", "gaps that manifests declare", counters, ArchiveCounters::gaps);
        count(gauges, "pending-bytes", "heap of unwritten objects", counters, ArchiveCounters::pendingBytes);
        count(gauges, "spilled-bytes", "bytes moved from the heap to files", counters, ArchiveCounters::spilledBytes);
        gauges.publish();
        return gauges;
    }

    private static void count(
            TaskGauges gauges,
            String name,
            String description,
            Supplier<ArchiveCounters> counters,
            ToDoubleFunction<ArchiveCounters> value) {
        gauges.add("archive-" + name, description, () -> value.applyAsDouble(counters.get()));
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
