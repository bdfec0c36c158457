package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatchCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics by Kafka's plain consumer. */
final class TopicReader {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private TopicReader() {}

    /** Reads a topic from its beginning to its present end, partition by partition. */
    static List<ConsumerRecord<String, byte[]>> read(String bootstrap, String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                assertThat(System.nanoTime()).isLessThan(deadlineNanos);
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    static List<LogEntry> entries(List<ConsumerRecord<String, byte[]>> log) throws MalformedRecordException {
        List<LogEntry> entries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : log) {
            entries.addAll(RelayBatchCodec.decode(record.value()).entries());
        }
        return entries;
    }

    static List<Long> sequences(List<LogEntry> entries) {
        return entries.stream()
                .filter(LogPacket.class::isInstance)
                .map(entry -> ((LogPacket) entry).extendedSequence())
                .toList();
    }
}
