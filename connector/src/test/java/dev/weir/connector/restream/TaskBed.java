package dev.weir.connector.restream;

import dev.weir.connector.KeptMetrics;
import dev.weir.connector.RestreamSinkTask;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.media.LogOf;
import dev.weir.schemas.TargetState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** One task and the part of a worker that it sees: polls a log from an offset of its own, pauses when told, collects metrics. */
final class TaskBed implements AutoCloseable {
    static final TopicPartition PARTITION = new TopicPartition("weir.media.v1", 0);

    private static final long POLL_MILLIS = 50;

    private final TestLog log;
    private final String url;
    private final RestreamSinkTask task = new RestreamSinkTask();
    private final Context context = new Context();
    private final Thread worker;
    private final AtomicLong offset = new AtomicLong();
    private volatile long longestPutNanos;
    private volatile boolean running = true;

    /** Starts a task at {@code offset} whose settings are the target's URL and {@code more}. */
    TaskBed(TestLog log, long offset, String url, Map<String, String> more) {
        this.log = log;
        this.url = TargetUrl.parse(url).toString();
        this.offset.set(offset);
        Map<String, String> settings = new HashMap<>(Map.of(
                RestreamSinkConfig.STREAM,
                LogOf.STREAM,
                RestreamSinkConfig.URL,
                url,
                RestreamSinkConfig.ALLOW,
                "127.0.0.0/8"));
        settings.putAll(more);
        task.initialize(context);
        task.start(settings);
        task.open(List.of(PARTITION));
        worker = new Thread(this::run, "worker");
        worker.setDaemon(true);
        worker.start();
    }

    private void run() {
        try {
            while (running) {
                boolean paused = context.paused;
                List<byte[]> values = log.poll(paused ? Long.MAX_VALUE : offset.get(), POLL_MILLIS);
                List<SinkRecord> records = new ArrayList<>();
                for (byte[] value : values) {
                    records.add(record(offset.get() + records.size(), value));
                }
                long startNanos = System.nanoTime();
                task.put(records);
                longestPutNanos = Math.max(longestPutNanos, System.nanoTime() - startNanos);
                offset.addAndGet(records.size());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static SinkRecord record(long offset, byte[] value) {
        return new SinkRecord(
                PARTITION.topic(),
                PARTITION.partition(),
                Schema.BYTES_SCHEMA,
                LogOf.STREAM.getBytes(StandardCharsets.UTF_8),
                Schema.BYTES_SCHEMA,
                value,
                offset,
                0L,
                TimestampType.CREATE_TIME);
    }

    /** Returns the target without secrets. */
    String url() {
        return url;
    }

    RestreamStatus status() {
        return task.status();
    }

    boolean isSending() {
        return status().state() == TargetState.SENDING;
    }

    boolean isPaused() {
        return context.paused;
    }

    /** Returns the offset that the worker would commit. */
    long committable() {
        OffsetAndMetadata next = new OffsetAndMetadata(offset.get());
        return task.preCommit(Map.of(PARTITION, next))
                .getOrDefault(PARTITION, next)
                .offset();
    }

    long offset() {
        return offset.get();
    }

    long longestPutMillis() {
        return longestPutNanos / 1_000_000;
    }

    /** Returns the metrics by name. */
    Map<String, Object> metrics() {
        return context.metrics.values();
    }

    @Override
    public void close() {
        running = false;
        join(worker);
        task.close(List.of(PARTITION));
        task.stop();
    }

    static void join(Thread thread) {
        try {
            thread.join(20_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Context implements SinkTaskContext {
        private final KeptMetrics metrics = new KeptMetrics();
        private volatile boolean paused;

        @Override
        public Map<String, String> configs() {
            return Map.of();
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {}

        @Override
        public void offset(TopicPartition partition, long offset) {}

        @Override
        public void timeout(long timeoutMillis) {}

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of(PARTITION);
        }

        @Override
        public void pause(TopicPartition... partitions) {
            paused = true;
        }

        @Override
        public void resume(TopicPartition... partitions) {
            paused = false;
        }

        @Override
        public void requestCommit() {}

        @Override
        public PluginMetrics pluginMetrics() {
            return metrics;
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return (record, error) -> CompletableFuture.completedFuture(null);
        }
    }
}
