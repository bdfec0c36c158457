package dev.weir.connector;

import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.Restream;
import dev.weir.connector.restream.RestreamSettings;
import dev.weir.connector.restream.RestreamStatus;
import dev.weir.connector.restream.StartPosition;
import dev.weir.connector.restream.TargetReports;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.aac.AacEncoders;
import dev.weir.connector.restream.frame.FrameSettings;
import dev.weir.connector.restream.frame.FrameSettings.Audio;
import dev.weir.connector.restream.target.TargetSettings;
import dev.weir.connector.restream.target.Targets;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.TargetState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** Translates the life of a Connect task for {@link Restream}. One thread, which a target never holds up. */
public final class RestreamSinkTask extends SinkTask {
    /** The one thing that the tasks of a worker share: a stream's audio is encoded once, for all of them. */
    private static final AacEncoders ENCODERS = new AacEncoders();

    private static final long LOOK_MILLIS = 100;

    private byte[] streamKey = new byte[0];
    private @Nullable Restream restream;
    private @Nullable RejectedRecords rejected;
    private @Nullable TaskGauges metrics;
    private @Nullable AutoCloseable catalogue;
    private final Set<TopicPartition> assigned = new HashSet<>();
    private boolean paused;
    private TargetState toldState = TargetState.WAITING_FOR_MEDIA;

    @Override
    public void start(Map<String, String> props) {
        RestreamSinkConfig config = new RestreamSinkConfig(props);
        Restream started;
        try {
            TargetUrl url = TargetUrl.parse(config.url().value());
            RestreamSettings settings = settings(config, url);
            started = new Restream(
                    settings,
                    Targets.opener(target(config, url)),
                    () -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        } catch (IllegalArgumentException mistake) {
            throw new ConnectException("cannot restream: " + mistake.getMessage(), mistake);
        }
        streamKey = config.stream().getBytes(StandardCharsets.UTF_8);
        started.start();
        restream = started;
        rejected = new RejectedRecords(context.errantRecordReporter());
        metrics = RestreamMetrics.publish(context, started);
        catalogue = RestreamTopic.start(
                config,
                new TargetReports(
                        config.stream(),
                        config.name(),
                        TargetUrl.parse(config.url().value()).toString()),
                started::status);
    }

    private static RestreamSettings settings(RestreamSinkConfig config, TargetUrl url) {
        return new RestreamSettings(
                config.stream(),
                url.toString(),
                StartPosition.parse(config.start()),
                config.latency(),
                config.maxDelay(),
                config.catchUp(),
                config.bufferBytes(),
                config.stallTimeout(),
                config.retry(),
                config.longestRetry());
    }

    private static TargetSettings target(RestreamSinkConfig config, TargetUrl url) {
        if (url.scheme().needsSessionFile() && config.sdpFile().isEmpty()) {
            throw new IllegalArgumentException(
                    "a target of " + url.scheme().text() + ":// needs " + RestreamSinkConfig.SDP_FILE);
        }
        Audio audio = config.audio().equals("auto")
                ? Targets.usualAudio(url.scheme())
                : Audio.valueOf(config.audio().toUpperCase(Locale.ROOT));
        FrameSettings frames = new FrameSettings(
                config.stream(),
                audio,
                config.audioSilence(),
                config.ffmpeg(),
                config.audioBitrateBps(),
                config.start(),
                ENCODERS);
        return new TargetSettings(
                url,
                config.token().value(),
                new AddressGuard(config.allow()),
                config.tlsCaFile(),
                config.sdpFile(),
                config.ffmpeg(),
                frames,
                config.hlsSegment());
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
        paused = false;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        Restream live = started();
        for (SinkRecord record : records) {
            if (isOurs(record)) {
                add(live, record);
            }
        }
        pauseOrResume(live);
    }

    /** Other streams' records are told by their key, without a look into them. */
    private boolean isOurs(SinkRecord record) {
        return !(record.key() instanceof byte[] key) || Arrays.equals(key, streamKey);
    }

    private void add(Restream live, SinkRecord record) {
        Optional<byte[]> value = SinkValue.bytes(record.value());
        if (value.isPresent()) {
            try {
                live.add(
                        RelayBatchCodec.decode(value.get()),
                        record.originalKafkaPartition(),
                        record.originalKafkaOffset(),
                        value.get().length);
            } catch (MalformedRecordException notOurs) {
                rejections().reject(record, notOurs);
            }
        } else {
            rejections().reject(record, new ConnectException(SinkValue.HINT));
        }
    }

    /** A target that takes nothing stops the reading of the log, not the task: it answers rebalances all the same. */
    private void pauseOrResume(Restream live) {
        TopicPartition[] all = assigned.toArray(TopicPartition[]::new);
        if (!paused && live.isFull()) {
            paused = true;
            context.pause(all);
        } else if (paused && live.isHalfEmpty()) {
            paused = false;
            context.resume(all);
        }
        TargetState state = live.status().state();
        if (state != toldState) {
            toldState = state;
            context.requestCommit(); // What stands beside the offset is how others learn of the state.
        }
        if (paused) {
            context.timeout(LOOK_MILLIS); // Else the worker would come back with the next commit only.
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        if (metrics != null) {
            metrics.publish();
        }
        Map<Integer, Long> waiting = started().waiting();
        String words = started().status().describe();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        currentOffsets.forEach((partition, next) -> offsets.put(
                partition, new OffsetAndMetadata(waiting.getOrDefault(partition.partition(), next.offset()), words)));
        return offsets;
    }

    /** Returns what the target does right now. */
    public RestreamStatus status() {
        return started().status();
    }

    @Override
    public void stop() {
        TaskGauges published = metrics;
        metrics = null;
        if (published != null) {
            published.close();
        }
        Restream live = restream;
        restream = null;
        if (live != null) {
            live.close();
        }
        AutoCloseable told = catalogue;
        catalogue = null;
        if (told != null) {
            Utils.closeQuietly(told, "the catalogue of targets"); // After the end, so that the end is told.
        }
    }

    private Restream started() {
        Restream live = restream;
        if (live == null) {
            throw new IllegalStateException("the task is not started");
        }
        return live;
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
