package dev.weir.standalone.journal;

import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads batches of one stream, or of all, from every partition of the media topic, or records of another topic as they are;
 * joins no group. One thread.
 */
public final class LogReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<String, byte[]> consumer;
    private final String topic;
    private final Optional<String> stream;
    private final RecordDecoder decoder;
    private Map<TopicPartition, Long> starts = Map.of();
    private long decoded;
    private long malformed;
    private String lastMalformed = "";

    /** Reads with {@code consumer}, which it closes; {@code stream} empty = all streams. */
    public LogReader(Consumer<String, byte[]> consumer, Optional<String> stream, RecordDecoder decoder) {
        this(consumer, Topics.MEDIA, stream, decoder);
    }

    private LogReader(Consumer<String, byte[]> consumer, String topic, Optional<String> stream, RecordDecoder decoder) {
        this.consumer = consumer;
        this.topic = topic;
        this.stream = stream;
        this.decoder = decoder;
    }

    /** Opens a reader on the broker at {@code bootstrap}, for records that need no schema registry. */
    public static LogReader open(String bootstrap, Optional<String> stream) {
        Properties client = new Properties();
        client.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        return open(client, Topics.MEDIA, stream, new RecordDecoder());
    }

    /** Opens a reader with Kafka's own client properties: the addresses, and TLS, SASL and the like if needed. */
    public static LogReader open(Properties client, String topic, Optional<String> stream, RecordDecoder decoder) {
        Properties settings = new Properties();
        settings.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");
        settings.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "4194304");
        settings.putAll(client);
        settings.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return new LogReader(
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                topic,
                stream,
                decoder);
    }

    /**
     * Places the reader in every partition.
     *
     * @throws org.apache.kafka.common.errors.TimeoutException if the broker does not answer
     * @throws UnknownTopicOrPartitionException if there is no such topic
     */
    public void seek(LogPosition position) {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        switch (position.kind()) {
            case BEGINNING -> consumer.seekToBeginning(partitions);
            case END -> consumer.seekToEnd(partitions);
            case TIME, OFFSET -> offsetsAt(position, partitions).forEach(consumer::seek);
        }
        // Fixes the positions now: by default they are looked up by the first poll.
        Map<TopicPartition, Long> found = new HashMap<>();
        partitions.forEach(partition -> found.put(partition, consumer.position(partition)));
        starts = found;
    }

    /** Places the reader in one partition only, at an offset. */
    public void seek(int partition, long offset) {
        TopicPartition only = new TopicPartition(topic, partition);
        consumer.assign(List.of(only));
        consumer.seek(only, offset);
        starts = Map.of(only, offset);
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + topic);
        }
        return partitions;
    }

    /** Returns the offset of {@code position} in each partition, between its beginning and its end as they are now. */
    private Map<TopicPartition, Long> offsetsAt(LogPosition position, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> found = switch (position.kind()) {
            case BEGINNING -> first;
            case END -> end;
            case OFFSET -> {
                Map<TopicPartition, Long> same = new HashMap<>();
                partitions.forEach(partition -> same.put(partition, position.value()));
                yield same;
            }
            case TIME -> atTime(position.value() / 1_000, partitions, end);
        };
        Map<TopicPartition, Long> bounded = new HashMap<>();
        found.forEach((partition, offset) -> bounded.put(
                partition,
                Math.min(
                        Math.max(offset, first.getOrDefault(partition, 0L)),
                        end.getOrDefault(partition, Long.MAX_VALUE))));
        return bounded;
    }

    private Map<TopicPartition, Long> atTime(
            long millis, Collection<TopicPartition> partitions, Map<TopicPartition, Long> end) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, Math.max(0, millis)));
        Map<TopicPartition, Long> found = new HashMap<>(end);
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> entry :
                consumer.offsetsForTimes(times).entrySet()) {
            if (entry.getValue() != null) {
                found.put(entry.getKey(), entry.getValue().offset());
            }
        }
        return found;
    }

    /**
     * Hands over what is in the log now, in the order of each partition.
     *
     * @param sink returns false to stop
     * @throws RegistryException when the schema registry does not answer; as by all methods that hand over batches
     */
    public void readToEnd(Predicate<LogRecord> sink) {
        readBefore(LogPosition.END, sink, (done, total) -> {});
    }

    /**
     * Hands over what lies before {@code end} as the log stands now, in the order of each partition.
     *
     * @param sink returns false to stop
     * @param progress told about five times a second
     */
    public void readBefore(LogPosition end, Predicate<LogRecord> sink, Progress progress) {
        Map<TopicPartition, Long> ends = offsetsAt(end, consumer.assignment());
        readRawBefore(ends, record -> take(record, sink), progress);
    }

    /** Hands over the records of all streams before {@code end} as Kafka gives them, see {@link #readBefore}. */
    public void readRawBefore(LogPosition end, Predicate<ConsumerRecord<String, byte[]>> sink, Progress progress) {
        readRawBefore(offsetsAt(end, consumer.assignment()), sink, progress);
    }

    private void readRawBefore(
            Map<TopicPartition, Long> ends, Predicate<ConsumerRecord<String, byte[]>> sink, Progress progress) {
        Map<TopicPartition, Long> open = new HashMap<>(ends);
        long total = ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - starts.getOrDefault(end.getKey(), 0L)))
                .sum();
        readRaw(
                record -> {
                    long end = ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
                    return record.offset() >= end || sink.test(record);
                },
                () -> {
                    open.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
                    long left = open.entrySet().stream()
                            .mapToLong(end -> end.getValue() - consumer.position(end.getKey()))
                            .sum();
                    progress.at(total - left, total);
                    return !open.isEmpty();
                });
    }

    /**
     * Hands over facts of a metadata topic as they come, or those before {@code end} as the topic stands now.
     *
     * @param sink takes the record and the fact; returns false to stop
     */
    public <R extends Record> void readFacts(
            MetadataCodec<R> codec, Optional<LogPosition> end, BiPredicate<ConsumerRecord<String, byte[]>, R> sink) {
        Predicate<ConsumerRecord<String, byte[]>> decoding = record -> record.value() == null
                || decoded(record, value -> decoder.decode(codec, value))
                        .map(fact -> sink.test(record, fact))
                        .orElse(true);
        if (end.isPresent()) {
            readRawBefore(end.get(), decoding, (done, total) -> {});
        } else {
            readRaw(decoding, () -> true);
        }
    }

    /** Hears how far a reader is. */
    @FunctionalInterface
    public interface Progress {
        /** Called with the records passed and the records there are. */
        void at(long done, long total);
    }

    /**
     * Hands over records as they come.
     *
     * @param sink returns false to stop
     * @param goOn asked about five times a second; false stops
     */
    public void read(Predicate<LogRecord> sink, BooleanSupplier goOn) {
        readRaw(record -> take(record, sink), goOn);
    }

    private boolean take(ConsumerRecord<String, byte[]> record, Predicate<LogRecord> sink) {
        return !isOurs(record) || decoded(record).map(sink::test).orElse(true);
    }

    private void readRaw(Predicate<ConsumerRecord<String, byte[]>> sink, BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (!sink.test(record)) {
                    return;
                }
            }
        }
    }

    private boolean isOurs(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            refuse("a record without a value");
            return false;
        }
        return stream.isEmpty() || stream.get().equals(record.key());
    }

    /** What a record's value is. */
    private interface Decoding<T> {
        T decode(byte[] value) throws MalformedRecordException, IOException;
    }

    private Optional<LogRecord> decoded(ConsumerRecord<String, byte[]> record) {
        return decoded(record, decoder::batch)
                .map(batch -> new LogRecord(record.partition(), record.offset(), record.value().length, batch));
    }

    private <T> Optional<T> decoded(ConsumerRecord<String, byte[]> record, Decoding<T> decoding) {
        try {
            T value = decoding.decode(record.value());
            decoded++;
            return Optional.of(value);
        } catch (MalformedRecordException e) {
            refuse(String.valueOf(e.getMessage()));
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException(e);
        }
    }

    private void refuse(String reason) {
        malformed++;
        lastMalformed = reason;
    }

    /** Returns how many records were handed over decoded. */
    public long decoded() {
        return decoded;
    }

    /** Returns how many records so far were not what they should be. */
    public long malformed() {
        return malformed;
    }

    /** Returns what is wrong with the last of these, in words for an operator. */
    public String lastMalformed() {
        return lastMalformed;
    }

    /** Closes the consumer. */
    @Override
    public void close() {
        consumer.close();
    }
}
