package dev.weir.gateway.mirror;

import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.SchemaRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
 * Reads the records that others write into a metadata topic, on a thread of its own. A gateway whose topic is missing, or that
 * may not read it, does without.
 */
final class TopicWatch<R extends Record> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int REQUEST_MILLIS = 10_000;

    private final MirrorConfig config;
    private final String topic;
    private final MetadataCodec<R> codec;
    private final Listener<R> listener;
    private final RecordDecoder decoder;
    private final Thread thread;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private boolean placed;
    private volatile boolean closing;
    private volatile @Nullable Consumer<byte[], byte[]> open;

    /** Where reading begins. */
    enum Start {
        /** With what is there already. */
        BEGINNING,
        /** With what is written from now on; with the beginning, if the topic comes up later than we do. */
        END
    }

    /** Hears of records, on the watching thread. */
    @FunctionalInterface
    interface Listener<R> {
        /** Takes a record; {@code writtenMicros} is its time stamp, microseconds since 1970. */
        void heard(R record, long writtenMicros);

        /** Hears that what {@code key} stands for is gone. */
        default void removed(String key) {}
    }

    TopicWatch(MirrorConfig config, String topic, MetadataCodec<R> codec, Start start, Listener<R> listener) {
        this.config = config;
        this.topic = topic;
        this.codec = codec;
        this.listener = listener;
        this.placed = start == Start.BEGINNING;
        this.decoder = config.registry()
                .map(url -> new RecordDecoder(new SchemaRegistry(url)))
                .orElseGet(RecordDecoder::new);
        this.thread = new Thread(this::run, "weir-watch-" + topic);
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
                LOG.info("topic={} may not be read, what it tells is not shown: {}", topic, e.getMessage());
                return;
            } catch (KafkaException e) {
                LOG.debug("topic={} cannot be read", topic, e);
                pause();
            } catch (RuntimeException e) {
                LOG.error("topic={} is left, what it tells is not shown", topic, e);
                return;
            }
        }
    }

    private void watch(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = List.of();
        while (partitions.isEmpty()) {
            partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                // What comes up after us may hold records of our streams already: it is read from its beginning.
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
            if (record.key() != null) {
                listener.removed(new String(record.key(), StandardCharsets.UTF_8));
            }
            return;
        }
        try {
            listener.heard(decoder.decode(codec, record.value()), record.timestamp() * 1_000);
        } catch (MalformedRecordException | IOException e) {
            LOG.debug("topic={} offset={} passed over", record.topic(), record.offset(), e);
        }
    }

    private Consumer<byte[], byte[]> open() {
        Map<String, Object> settings = new HashMap<>(config.clientProperties());
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "weir-watch-" + topic);
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
