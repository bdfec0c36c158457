package dev.weir.gateway.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.schemas.LogHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** What the end of the log holds, by the headers of its records. Immutable. */
final class LogEnd {
    /** Nothing was looked up. */
    static final LogEnd NONE = new LogEnd(Map.of(), true);

    /** It may not be read. */
    static final LogEnd UNKNOWN = new LogEnd(Map.of(), false);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<Batch, Long> offsets;
    private final boolean known;

    private record Batch(String streamId, long epoch, long number) {}

    private LogEnd(Map<Batch, Long> offsets, boolean known) {
        this.offsets = offsets;
        this.known = known;
    }

    /**
     * Reads from the given offsets to where the log ends now. Blocks.
     *
     * @throws TimeoutException when that takes longer than half a minute
     */
    static LogEnd read(Consumer<byte[], byte[]> consumer, String topic, Map<Integer, Long> from)
            throws TimeoutException {
        Map<Batch, Long> offsets = new HashMap<>();
        read(consumer, topic, from, record -> {
            OptionalLong epoch = number(record, LogHeaders.EPOCH);
            OptionalLong batch = number(record, LogHeaders.BATCH);
            if (record.key() != null && epoch.isPresent() && batch.isPresent()) {
                String stream = new String(record.key(), UTF_8);
                offsets.put(new Batch(stream, epoch.getAsLong(), batch.getAsLong()), record.offset());
            }
        });
        return new LogEnd(offsets, true);
    }

    /** Gives every record from the given offsets on to where the log ends now. */
    static void read(
            Consumer<byte[], byte[]> consumer,
            String topic,
            Map<Integer, Long> from,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker)
            throws TimeoutException {
        Set<TopicPartition> partitions = from.keySet().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toSet());
        long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, TIMEOUT);
        for (TopicPartition partition : partitions) {
            long wanted = from.getOrDefault(partition.partition(), 0L);
            consumer.seek(partition, Math.max(wanted, beginnings.getOrDefault(partition, 0L)));
        }
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition, TIMEOUT) < ends.getOrDefault(partition, 0L))) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new TimeoutException("the end of topic " + topic + " cannot be read within " + TIMEOUT);
            }
            consumer.poll(POLL).forEach(taker);
        }
    }

    static OptionalLong number(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        try {
            return header == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(new String(header.value(), UTF_8)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns whether {@link #offsetOf} tells anything. */
    boolean isKnown() {
        return known;
    }

    /** Returns where a batch lies; empty = it is not there. */
    OptionalLong offsetOf(String streamId, long epoch, long number) {
        Long offset = offsets.get(new Batch(streamId, epoch, number));
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
