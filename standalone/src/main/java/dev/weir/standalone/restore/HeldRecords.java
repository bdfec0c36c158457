package dev.weir.standalone.restore;

import dev.weir.schemas.LogHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Which records of a stream a topic holds, by epoch and batch number; runs of numbers take the memory of one. One thread. */
final class HeldRecords {
    private final String stream;
    private final TreeMap<Long, TreeMap<Long, Long>> runs = new TreeMap<>();
    private OptionalInt partition = OptionalInt.empty();

    HeldRecords(String stream) {
        this.stream = stream;
    }

    /** Notes a record of the topic, of whichever stream, by its headers. */
    void add(ConsumerRecord<String, byte[]> record) {
        OptionalLong epoch = number(record, LogHeaders.EPOCH);
        OptionalLong batch = number(record, LogHeaders.BATCH);
        if (stream.equals(record.key()) && epoch.isPresent() && batch.isPresent()) {
            partition = OptionalInt.of(record.partition());
            add(epoch.getAsLong(), batch.getAsLong());
        }
    }

    private static OptionalLong number(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        try {
            return header == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Notes a record. */
    void add(long epoch, long batch) {
        if (holds(epoch, batch)) {
            return;
        }
        TreeMap<Long, Long> numbers = runs.computeIfAbsent(epoch, number -> new TreeMap<>());
        Map.Entry<Long, Long> before = numbers.floorEntry(batch);
        long start = before != null && before.getValue() == batch - 1 ? before.getKey() : batch;
        Long end = numbers.remove(batch + 1);
        numbers.put(start, end == null ? batch : end);
    }

    /** Returns whether the topic holds the record. */
    boolean holds(long epoch, long batch) {
        Map.Entry<Long, Long> run = runs.getOrDefault(epoch, new TreeMap<>()).floorEntry(batch);
        return run != null && run.getValue() >= batch;
    }

    /** Returns whether a record that is appended would stand in order: no record of a later place is there. */
    boolean isInOrder(long epoch, long batch) {
        return runs.isEmpty()
                || runs.lastKey() < epoch
                || (runs.lastKey() == epoch
                        && runs.lastEntry().getValue().lastEntry().getValue() < batch);
    }

    /** Returns the partition of the last record; empty = there is none. */
    OptionalInt partition() {
        return partition;
    }
}
