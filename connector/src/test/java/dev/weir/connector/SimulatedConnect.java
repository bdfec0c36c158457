package dev.weir.connector;

import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.store.S3Clients;
import dev.weir.connector.store.S3Wire;
import dev.weir.connector.store.SimulatedS3;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * A Kafka topic, its committed offsets, and workers that drive the real {@link ArchiveSinkTask} as Connect does, on one
 * thread: whoever drives it decides what happens next, and everything is repeatable.
 */
final class SimulatedConnect {
    static final String TOPIC = "weir.media.v1";
    static final long FIRST_OFFSET = 1_000;

    /** For the stores: objects of the log have two to ten parts of this size. */
    static final long PART_BYTES = 8_000;

    private static final Map<String, String> SETTINGS = Map.of(
            "archive.directory", "unused",
            "archive.prefix", "live/",
            "archive.segment.duration.ms", "3000",
            "archive.silence.ms", "60000");

    private final List<List<byte[]>> logs;
    private final SimulatedS3 s3;
    private final S3Clients clients;
    private final Map<TopicPartition, Long> committed =
            new TreeMap<>((a, b) -> Integer.compare(a.partition(), b.partition()));
    private int generation;

    SimulatedConnect(List<List<byte[]>> logs, SimulatedS3 s3, S3Clients clients) {
        this.logs = logs;
        this.s3 = s3;
        this.clients = clients;
        for (int i = 0; i < logs.size(); i++) {
            committed.put(new TopicPartition(TOPIC, i), FIRST_OFFSET);
        }
    }

    /** Returns whether every record has been given up, which the sink allows only for what is durable. */
    boolean isDone() {
        return committed.entrySet().stream().allMatch(offset -> offset.getValue() == endOf(offset.getKey()));
    }

    private long endOf(TopicPartition partition) {
        return FIRST_OFFSET + logs.get(partition.partition()).size();
    }

    Map<TopicPartition, Long> committed() {
        return committed;
    }

    /** Starts a worker whose task gets every partition; those before lose them without being told. */
    Member start(S3Wire.Fate fate) {
        Member member = new Member(++generation, fate);
        member.open();
        return member;
    }

    /** One worker with its task. */
    final class Member implements SinkTaskContext {
        private final int ownGeneration;
        private final Uploads uploads = new Uploads();
        private final SinkTask task;
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private final Set<TopicPartition> paused = new HashSet<>();
        private int refusals;

        private Member(int ownGeneration, S3Wire.Fate fate) {
            this.ownGeneration = ownGeneration;
            task = new ArchiveSinkTask(
                    config -> clients.store(s3, fate), () -> new UploadThread(uploads, uploads::pause));
            task.initialize(this);
            task.start(SETTINGS);
        }

        private void open() {
            positions.putAll(committed);
            task.open(positions.keySet());
        }

        /** Gives the task up to {@code count} records of each partition that is not paused. */
        void poll(int count) {
            List<SinkRecord> records = new ArrayList<>();
            Map<TopicPartition, Long> next = new HashMap<>();
            positions.forEach((partition, at) -> {
                long until = paused.contains(partition) ? at : Math.min(at + count, endOf(partition));
                for (long offset = at; offset < until; offset++) {
                    records.add(record(partition, offset));
                }
                next.put(partition, until);
            });
            try {
                task.put(records);
                positions.putAll(next);
            } catch (RetriableException e) {
                refusals++; // Connect gives the same records again; so does the next poll.
            }
        }

        private SinkRecord record(TopicPartition partition, long offset) {
            return new SinkRecord(
                    TOPIC,
                    partition.partition(),
                    Schema.STRING_SCHEMA,
                    LogOf.STREAM,
                    Schema.BYTES_SCHEMA,
                    logs.get(partition.partition()).get((int) (offset - FIRST_OFFSET)),
                    offset,
                    0L,
                    TimestampType.CREATE_TIME);
        }

        /** Returns whether all records have been read and all objects that they make are written. */
        boolean isIdle() {
            return uploads.waiting.isEmpty()
                    && positions.entrySet().stream().allMatch(at -> at.getValue() == endOf(at.getKey()));
        }

        /** Returns whether another worker has taken over, which this one has not been told yet. */
        boolean isFenced() {
            return ownGeneration != generation;
        }

        /** Writes the object that waits longest. */
        void upload() {
            Runnable next = uploads.waiting.poll();
            if (next != null) {
                next.run();
            }
        }

        /** Asks for offsets and commits them, unless a later generation has taken over; {@code between} may not return. */
        void commit(Runnable between) {
            Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
            positions.forEach((partition, at) -> current.put(partition, new OffsetAndMetadata(at)));
            Map<TopicPartition, OffsetAndMetadata> offsets = task.preCommit(current);
            between.run();
            if (!isFenced()) {
                offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
            }
        }

        /** Commits what was read, durable or not, as a sink without an offset ledger would. */
        void commitNaively() {
            if (!isFenced()) {
                committed.putAll(positions);
            }
        }

        /** Loses its partitions in an orderly way and gets them back; {@code between} may not return. */
        void rebalance(Runnable between) {
            commit(() -> {});
            task.close(positions.keySet());
            between.run();
            paused.clear();
            open();
        }

        /** Ends the task as Connect does. */
        void stop() {
            task.close(positions.keySet());
            task.stop();
        }

        /** Frees what a process would lose with its end. */
        void bury() {
            uploads.waiting.clear();
            task.stop();
        }

        @Override
        public String toString() {
            return "positions " + positions + ", paused " + paused + ", objects waiting " + uploads.waiting.size()
                    + ", refusals " + refusals;
        }

        /** Returns how often records were given back to be delivered again. */
        int refusals() {
            return refusals;
        }

        /** Returns the time that the task has waited for the store. */
        Duration waited() {
            return uploads.waited;
        }

        @Override
        public void pause(TopicPartition... partitions) {
            paused.addAll(List.of(partitions));
        }

        @Override
        public void resume(TopicPartition... partitions) {
            List.of(partitions).forEach(paused::remove);
        }

        @Override
        public Map<String, String> configs() {
            return SETTINGS;
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {}

        @Override
        public void offset(TopicPartition partition, long offset) {}

        @Override
        public void timeout(long timeoutMillis) {}

        @Override
        public Set<TopicPartition> assignment() {
            return positions.keySet();
        }

        @Override
        public void requestCommit() {}

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return (record, error) -> CompletableFuture.completedFuture(null);
        }
    }

    /** Keeps objects to write until somebody says so, and counts time instead of waiting. */
    private static final class Uploads extends AbstractExecutorService {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private Duration waited = Duration.ZERO;
        private boolean shutdown;

        void pause(Duration time) {
            waited = waited.plus(time);
        }

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            List<Runnable> left = List.copyOf(waiting);
            waiting.clear();
            return left;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && waiting.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
