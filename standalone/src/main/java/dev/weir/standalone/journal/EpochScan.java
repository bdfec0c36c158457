package dev.weir.standalone.journal;

import dev.weir.schemas.LogHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Finds the epochs of a stream in a stretch of the log by the headers of its records, without decoding them. */
public final class EpochScan {

    private static final int STREAMS_REMEMBERED = 1_000;

    private final String stream;
    private final TreeMap<Long, EpochSpan> epochs = new TreeMap<>();
    private final Set<String> others = new TreeSet<>();

    private EpochScan(String stream) {
        this.stream = stream;
    }

    /** Reads from where {@code reader} stands to {@code end}. */
    public static EpochScan read(LogReader reader, String stream, LogPosition end, LogReader.Progress progress) {
        EpochScan scan = new EpochScan(stream);
        reader.readRawBefore(
                end,
                record -> {
                    scan.add(record);
                    return true;
                },
                progress);
        return scan;
    }

    private void add(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            return;
        }
        if (!stream.equals(record.key())) {
            if (others.size() < STREAMS_REMEMBERED) {
                others.add(record.key());
            }
            return;
        }
        OptionalLong number = epochOf(record);
        if (number.isEmpty()) {
            return;
        }
        long epoch = number.getAsLong();
        boolean end = record.headers().lastHeader(LogHeaders.END) != null;
        EpochSpan before = epochs.getOrDefault(
                epoch,
                new EpochSpan(
                        epoch,
                        record.partition(),
                        record.offset(),
                        record.offset(),
                        record.timestamp(),
                        record.timestamp(),
                        0,
                        0,
                        false));
        epochs.put(epoch, before.plus(record.offset(), record.timestamp(), record.value().length, end));
    }

    private static OptionalLong epochOf(ConsumerRecord<String, byte[]> record) {
        Header header = record.headers().lastHeader(LogHeaders.EPOCH);
        if (header == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the epochs of the stream, oldest first. */
    public List<EpochSpan> epochs() {
        return new ArrayList<>(epochs.values());
    }

    /** Returns one epoch of the stream. */
    public Optional<EpochSpan> epoch(long epoch) {
        return Optional.ofNullable(epochs.get(epoch));
    }

    /** Returns the other streams that were met. */
    public Set<String> otherStreams() {
        return others;
    }
}
