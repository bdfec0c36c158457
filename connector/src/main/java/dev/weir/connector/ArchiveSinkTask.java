package dev.weir.connector;

import dev.weir.connector.archive.ArchiveFailedException;
import dev.weir.connector.archive.ArchiveSettings;
import dev.weir.connector.archive.ArchiveWriter;
import dev.weir.connector.archive.CommittedObjects;
import dev.weir.connector.archive.LogPartition;
import dev.weir.connector.archive.UploadThread;
import dev.weir.connector.assemble.AssembleConfig;
import dev.weir.connector.config.ArchiveSinkConfig;
import dev.weir.connector.config.S3Settings;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.store.FileObjectStore;
import dev.weir.connector.store.ObjectStore;
import dev.weir.connector.store.S3Config;
import dev.weir.connector.store.S3ObjectStore;
import dev.weir.connector.store.StoreRefusedException;
import dev.weir.schemas.MalformedRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** Translates the life of a Connect task for {@link ArchiveWriter}, and does nothing else. One thread. */
public final class ArchiveSinkTask extends SinkTask {
    private static final long RETRY_MILLIS = 2_000;

    private final Function<ArchiveSinkConfig, ObjectStore> stores;
    private final Supplier<UploadThread> uploadThreads;
    private @Nullable ObjectStore store;
    private @Nullable ArchiveWriter writer;
    private CommittedObjects committed = CommittedObjects.NOBODY;
    private @Nullable RejectedRecords rejected;
    private @Nullable TaskGauges gauges;
    private final ArchiveMetrics metrics = new ArchiveMetrics(Clock.systemUTC());
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    /** Creates a task as Connect does. */
    public ArchiveSinkTask() {
        this(ArchiveSinkTask::openStore, UploadThread::daemon);
    }

    ArchiveSinkTask(Function<ArchiveSinkConfig, ObjectStore> stores, Supplier<UploadThread> uploadThreads) {
        this.stores = stores;
        this.uploadThreads = uploadThreads;
    }

    @Override
    public void start(Map<String, String> props) {
        ArchiveSinkConfig config = new ArchiveSinkConfig(props);
        ObjectStore opened = stores.apply(config);
        CommittedObjects told = ArchiveTopic.of(config);
        store = opened;
        committed = told;
        ArchiveWriter started = new ArchiveWriter(opened, settings(config), uploadThreads.get(), told);
        writer = started;
        gauges = metrics.publish(context, started::counters);
        rejected = new RejectedRecords(context.errantRecordReporter());
    }

    /** Returns how the connector archives. */
    public static ArchiveSettings settings(ArchiveSinkConfig config) {
        AssembleConfig defaults = AssembleConfig.ARCHIVE;
        return ArchiveSettings.builder()
                .prefix(config.prefix())
                .segmentDuration(config.segmentDuration())
                .segmentBytes(config.segmentBytes())
                .bufferBytes(config.bufferBytes())
                .silence(config.silence())
                .assemble(new AssembleConfig(defaults.reorderWindow(), defaults.syncHold(), config.keepDamaged()))
                .packaging(Packaging.of(config.container()))
                .keys(config.keys())
                .keyframeIndex(config.companions().keyframeIndex())
                .thumbnails(config.companions().thumbnails())
                .spillFolder(config.spillFolder())
                .build();
    }

    /** Opens the store that the connector writes to; the caller closes it. */
    public static ObjectStore openStore(ArchiveSinkConfig config) {
        if (config.isS3()) {
            S3Settings s3 = config.s3();
            return S3ObjectStore.of(new S3Config(
                    s3.bucket(),
                    s3.region(),
                    s3.endpoint(),
                    s3.pathStyle(),
                    s3.accessKeyId(),
                    s3.secretAccessKey(),
                    s3.timeout(),
                    s3.partBytes(),
                    S3Config.Encryption.of(s3.encryption()),
                    s3.kmsKeyId()));
        }
        try {
            return new FileObjectStore(Path.of(config.directory())).open();
        } catch (IOException e) {
            throw new ConnectException(e.getMessage(), e);
        }
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            started().open(logPartition(partition));
            assigned.add(partition);
        }
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            started().close(logPartition(partition));
            assigned.remove(partition);
            paused.remove(partition);
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        ArchiveWriter archive = started();
        checkFailure(archive);
        try {
            for (SinkRecord record : records) {
                put(archive, record);
            }
        } catch (StoreRefusedException e) {
            throw new ConnectException("the store refuses: " + e.getMessage(), e);
        } catch (IOException e) {
            context.timeout(RETRY_MILLIS);
            throw new RetriableException("the archive cannot be read: " + e.getMessage(), e);
        }
        if (records.isEmpty() && paused.isEmpty()) {
            metrics.caughtUp();
        }
        pauseAndResume(archive);
        if (archive.hasProgressed()) {
            context.requestCommit();
        }
    }

    private void put(ArchiveWriter archive, SinkRecord record) throws IOException {
        // Transforms may rename the topic; offsets belong to the original one.
        LogPartition partition = new LogPartition(record.originalTopic(), record.originalKafkaPartition());
        long offset = record.originalKafkaOffset();
        Long timestamp = record.timestamp();
        if (timestamp != null) {
            metrics.read(timestamp);
        }
        Optional<byte[]> value = SinkValue.bytes(record.value());
        if (value.isPresent()) {
            try {
                archive.add(partition, offset, value.get());
            } catch (MalformedRecordException e) {
                rejections().reject(record, e);
            }
        } else {
            archive.skip(partition, offset);
            rejections().reject(record, new ConnectException(SinkValue.HINT));
        }
    }

    private void pauseAndResume(ArchiveWriter archive) {
        Set<LogPartition> waiting = archive.toPause();
        for (TopicPartition partition : assigned) {
            boolean pause = waiting.contains(logPartition(partition));
            if (pause && paused.add(partition)) {
                context.pause(partition);
            } else if (!pause && paused.remove(partition)) {
                context.resume(partition);
            }
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        if (gauges != null) {
            gauges.publish();
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        started()
                .committable()
                .forEach((partition, offset) -> offsets.put(
                        new TopicPartition(partition.topic(), partition.partition()), new OffsetAndMetadata(offset)));
        return offsets;
    }

    @Override
    public void stop() {
        TaskGauges published = gauges;
        gauges = null;
        if (published != null) {
            published.close();
        }
        ArchiveWriter archive = writer;
        writer = null;
        if (archive != null) {
            archive.close();
        }
        committed.close();
        ObjectStore opened = store;
        store = null;
        if (opened != null) {
            opened.close();
        }
    }

    private static void checkFailure(ArchiveWriter archive) {
        try {
            archive.check();
        } catch (ArchiveFailedException e) {
            throw new ConnectException(e.getMessage(), e);
        }
    }

    private static LogPartition logPartition(TopicPartition partition) {
        return new LogPartition(partition.topic(), partition.partition());
    }

    private ArchiveWriter started() {
        ArchiveWriter archive = writer;
        if (archive == null) {
            throw new IllegalStateException("the task is not started");
        }
        return archive;
    }

    private RejectedRecords rejections() {
        RejectedRecords records = rejected;
        if (records == null) {
            throw new IllegalStateException("the task is not started");
        }
        return records;
    }

    @Override
    public String version() {
        return Version.current();
    }
}
