package dev.weir.gateway.mirror;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what the archive has made durable, for the watermark in the catalogue of streams, on a thread of its own. Starts with
 * what is written from now on: streams of this gateway begin later. A gateway without an archive, or that may not read the
 * topic, does without.
 */
final class ArchiveWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveWatch.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int REQUEST_MILLIS = 10_000;

    private final MirrorConfig config;
    private final Listener listener;
    private final RecordDecoder decoder;
    private final MetadataCodec<ArchiveObject> codec = MetadataCodec.archive();
    private final Thread thread = new Thread(this::run, "weir-archive-watch");
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private boolean placed;
    private volatile boolean closing;
    private volatile @Nullable Consumer<byte[], byte[]> open;

    /** Hears of durable objects, on the watching thread. */
    interface Listener {
        void archived(ArchiveObject object, long nowMicros);
    }

    ArchiveWatch(MirrorConfig config, Listener listener) {
        this.config = config;
        this.listener = listener;
        this.decoder = config.registry()
                .map(url -> new RecordDecoder(new SchemaRegistry(url)))
                .orElseGet(RecordDecoder::new);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closing) {
            try (Consumer<byte[], byte[]> consumer = open()) {
                open = consumer;
                watch(consumer);
            } catch (WakeupException e) {
                LOG.debug("closing", e);
            } catch (AuthorizationException | AuthenticationException e) {
                LOG.info(
                        "topic={} may not be read, the catalogue tells nothing of the archive: {}",
                        Topics.ARCHIVE,
                        e.getMessage());
                return;
            } catch (KafkaException e) {
                LOG.debug("topic={} cannot be read", Topics.ARCHIVE, e);
                pause();
            } catch (RuntimeException e) {
                LOG.error("topic={} is left, the catalogue tells nothing of the archive", Topics.ARCHIVE, e);
                return;
            }
        }
    }

    private void watch(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = List.of();
        while (partitions.isEmpty()) {
            partitions = consumer.partitionsFor(Topics.ARCHIVE).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                // What comes up after us may hold objects of our streams already: it is read from its beginning.
                placed = true;
                pause();
                if (closing) {
                    return;
                }
            }
        }
        consumer.assign(partitions);
        if (!placed) {
            positions.putAll(consumer.endOffsets(partitions));
            placed = true;
        }
        partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
        while (!closing) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        if (record.value() == null) {
            return;
        }
        try {
            listener.archived(decoder.decode(codec, record.value()), record.timestamp() * 1_000);
        } catch (MalformedRecordException | IOException e) {
            LOG.debug("topic={} offset={} passed over", record.topic(), record.offset(), e);
        }
    }

    private Consumer<byte[], byte[]> open() {
        Map<String, Object> settings = new HashMap<>(config.clientProperties());
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-archive-watch");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void pause() {
        if (!closing) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Ends the thread without waiting for it. Idempotent. */
    @Override
    public void close() {
        closing = true;
        Consumer<byte[], byte[]> consumer = open;
        if (consumer != null) {
            consumer.wakeup();
        }
        LockSupport.unpark(thread);
    }
}
