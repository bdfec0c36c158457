package dev.weir.gateway.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the catalogue of streams, and where in the log the epochs end that it does not call over. Blocks. */
final class Catalogue {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    /** The catalogue is some seconds behind the log; what a gateway wrote later than this is no more of that life of it. */
    private static final Duration BEHIND = Duration.ofMinutes(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final MetadataCodec<StreamState> states;
    private final BatchReader batches;
    private final String mediaTopic;

    /** Decodes a record of the media log. */
    @FunctionalInterface
    interface BatchReader {
        RelayBatch read(byte[] value) throws MalformedRecordException;
    }

    Catalogue(
            Consumer<byte[], byte[]> consumer,
            MetadataCodec<StreamState> states,
            BatchReader batches,
            String mediaTopic) {
        this.consumer = consumer;
        this.states = states;
        this.batches = batches;
        this.mediaTopic = mediaTopic;
    }

    /** Returns the epochs that are not over. */
    List<UnfinishedEpoch> unfinished() throws TimeoutException {
        Map<Integer, List<StreamState>> open = new HashMap<>();
        for (StreamState state : latest().values()) {
            if (state.condition() != StreamCondition.OFFLINE) {
                open.computeIfAbsent(state.payloadPartition(), partition -> new ArrayList<>())
                        .add(state);
            }
        }
        List<UnfinishedEpoch> found = new ArrayList<>();
        for (Map.Entry<Integer, List<StreamState>> partition : open.entrySet()) {
            found.addAll(ends(new TopicPartition(mediaTopic, partition.getKey()), partition.getValue()));
        }
        return found;
    }

    private Map<String, StreamState> latest() throws TimeoutException {
        Map<String, StreamState> latest = new HashMap<>();
        Map<Integer, Long> all = consumer.partitionsFor(Topics.STREAMS, TIMEOUT).stream()
                .collect(Collectors.toMap(PartitionInfo::partition, info -> 0L));
        LogEnd.read(consumer, Topics.STREAMS, all, record -> {
            try {
                if (record.value() != null) {
                    StreamState state = states.decode(record.value());
                    latest.merge(state.streamId(), state, (old, next) -> next.epoch() >= old.epoch() ? next : old);
                }
            } catch (MalformedRecordException e) {
                LOG.warn("topic={} offset={} cannot be read: {}", Topics.STREAMS, record.offset(), e.getMessage());
            }
        });
        return latest;
    }

    /** One stream whose end is looked for. */
    private static final class Search {
        private final StreamState state;
        private final long from;
        private long lastBatch;
        private boolean ended;
        private byte[] lastValue = {};

        Search(StreamState state, long from) {
            this.state = state;
            this.from = from;
            this.lastBatch = state.kafkaAckedBatch();
        }

        long untilMillis() {
            return state.updatedMicros() / 1000 + BEHIND.toMillis();
        }
    }

    /** Reads the partition once, only where records of these epochs may be. */
    private List<UnfinishedEpoch> ends(TopicPartition partition, List<StreamState> open) throws TimeoutException {
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        long begin = consumer.beginningOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, 0L);
        List<Search> searches = new ArrayList<>();
        for (StreamState state : open) {
            searches.add(new Search(state, Math.max(begin, from(partition, state, end))));
        }
        searches.sort(Comparator.comparingLong(search -> search.from));
        Map<String, Search> byStream =
                searches.stream().collect(Collectors.toMap(search -> search.state.streamId(), search -> search));
        long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
        long position = begin;
        for (Search search : searches) {
            if (search.from > position) {
                position = search.from;
            }
            consumer.seek(partition, position);
            boolean due = true;
            while (due && position < end) {
                if (System.nanoTime() - deadlineNanos >= 0) {
                    throw new TimeoutException("the end of " + partition + " cannot be read within " + TIMEOUT);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    note(byStream, record);
                    due &= record.timestamp() <= search.untilMillis();
                }
                position = consumer.position(partition, TIMEOUT);
            }
        }
        return searches.stream().map(this::result).toList();
    }

    private long from(TopicPartition partition, StreamState state, long end) {
        if (state.kafkaAckedOffset() >= 0) {
            return state.kafkaAckedOffset() + 1;
        }
        OffsetAndTimestamp since = consumer.offsetsForTimes(Map.of(partition, state.sinceMicros() / 1000), TIMEOUT)
                .get(partition);
        return since == null ? end : since.offset();
    }

    private static void note(Map<String, Search> byStream, ConsumerRecord<byte[], byte[]> record) {
        Search search = record.key() == null ? null : byStream.get(new String(record.key(), UTF_8));
        OptionalLong epoch = LogEnd.number(record, LogHeaders.EPOCH);
        OptionalLong batch = LogEnd.number(record, LogHeaders.BATCH);
        if (search == null
                || record.value() == null
                || batch.isEmpty()
                || epoch.isEmpty()
                || epoch.getAsLong() != search.state.epoch()
                || batch.getAsLong() < search.lastBatch) {
            return;
        }
        search.lastBatch = batch.getAsLong();
        search.ended |= record.headers().lastHeader(LogHeaders.END) != null;
        search.lastValue = record.value();
    }

    private UnfinishedEpoch result(Search search) {
        long arrivalMicros = search.state.kafkaAckedArrivalMicros().orElse(search.state.sinceMicros());
        if (search.lastValue.length > 0) {
            try {
                for (LogEntry entry : batches.read(search.lastValue).entries()) {
                    if (entry instanceof LogPacket packet) {
                        arrivalMicros = Math.max(arrivalMicros, packet.arrivalMicros());
                    }
                }
            } catch (MalformedRecordException e) {
                LOG.warn("the last record of stream={} cannot be read: {}", search.state.streamId(), e.getMessage());
            }
        }
        return new UnfinishedEpoch(search.state, search.lastBatch, arrivalMicros, search.ended);
    }
}
