package dev.weir.standalone.journal;

import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads batches of one stream, or of all, from every partition of the media topic; joins no group. One thread. */
public final class LogReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<String, byte[]> consumer;
    private final Optional<String> stream;
    private long malformed;

    /** Reads with {@code consumer}, which it closes; {@code stream} empty = all streams. */
    public LogReader(Consumer<String, byte[]> consumer, Optional<String> stream) {
        this.consumer = consumer;
        this.stream = stream;
    }

    /** Opens a reader on the broker at {@code bootstrap}; see {@link #LogReader(Consumer, Optional)}. */
    public static LogReader open(String bootstrap, Optional<String> stream) {
        Properties settings = new Properties();
        settings.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
        settings.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return new LogReader(
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()), stream);
    }

    /**
     * Places the reader.
     *
     * @param fromBeginning false starts behind the last record
     * @throws org.apache.kafka.common.errors.TimeoutException if the broker does not answer
     */
    public void seek(boolean fromBeginning) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.MEDIA).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        // Fixes the positions now: by default they are looked up by the first poll.
        partitions.forEach(consumer::position);
    }

    /**
     * Hands over what is in the log now, in the order of each partition.
     *
     * @param sink returns false to stop
     */
    public void readToEnd(Predicate<LogRecord> sink) {
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
        read(sink, () -> {
            ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            return !ends.isEmpty();
        });
    }

    /**
     * Hands over records as they come.
     *
     * @param sink returns false to stop
     * @param goOn asked about five times a second; false stops
     */
    public void read(Predicate<LogRecord> sink, BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (!isWanted(record)) {
                    continue;
                }
                try {
                    RelayBatch batch = RelayBatchCodec.decode(record.value());
                    if (!sink.test(new LogRecord(record.partition(), record.offset(), record.value().length, batch))) {
                        return;
                    }
                } catch (MalformedRecordException e) {
                    malformed++;
                }
            }
        }
    }

    private boolean isWanted(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            malformed++;
            return false;
        }
        return stream.isEmpty() || stream.get().equals(record.key());
    }

    /** Returns how many records so far were not batches. */
    public long malformed() {
        return malformed;
    }

    /** Closes the consumer. */
    @Override
    public void close() {
        consumer.close();
    }
}
