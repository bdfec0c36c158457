package dev.weir.gateway.mirror;

import static dev.weir.gateway.mirror.Packets.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a producer stays and when it goes, and what becomes of what it held. Time is an argument, from the real one on. */
@Timeout(60)
class KafkaLinkTest {
    private static final long SECOND = 1_000_000_000;

    private final MirrorBed bed = new MirrorBed();
    private final Packets packets = new Packets();
    private final List<MockProducer<byte[], byte[]>> producers = new CopyOnWriteArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> inTheLog = new ArrayList<>();
    private volatile boolean kafkaAnswersChecks;
    private volatile boolean mayRead = true;
    private final KafkaLink link = new KafkaLink(new Fake(), bed.buffer, bed.counters);
    private final long startNanos = System.nanoTime();

    private final class Fake implements KafkaMirror.Connector {
        @Override
        public Connection connect(MirrorBuffer buffer, MirrorCounters counters, Map<Integer, Long> unsettledFrom)
                throws Exception {
            calls.add("connect");
            MockProducer<byte[], byte[]> kafka = MirrorBed.producer(false);
            producers.add(kafka);
            if (unsettledFrom.isEmpty()) {
                return bed.connection(kafka, LogEnd.NONE);
            }
            return bed.connection(kafka, mayRead ? read(unsettledFrom) : LogEnd.UNKNOWN);
        }

        @Override
        public boolean check() {
            calls.add("check");
            if (!kafkaAnswersChecks) {
                throw new TimeoutException("no broker answers");
            }
            return true;
        }
    }

    @AfterEach
    void close() {
        link.close(Duration.ZERO);
    }

    @Test
    void aProducerThatWaitsForKafkaIsKeptForHours() {
        LogProducer first = connected().media();
        offerFrame(0);
        bed.log.pump(first, Packets.micros(50));
        assertThat(producers.get(0).history()).hasSize(1);

        for (long second = 1; second < 3 * 3600; second++) {
            assertThat(link.producer(startNanos + second * SECOND).map(Connection::media))
                    .contains(first);
        }

        await().until(() -> calls.contains("check"));
        long hours = startNanos + 4 * 3600 * SECOND;
        await().until(() -> link.producer(hours).isPresent() && link.lastError().contains("no broker answers"));
        producers.get(0).completeNext();
        assertThat(link.producer(System.nanoTime()).map(Connection::media)).contains(first);
        assertThat(calls).filteredOn("connect"::equals).hasSize(1);
        assertThat(bed.counters.packetsFailed.sum()).isZero();
        assertThat(bed.buffer.usedBytes()).isZero();
    }

    @Test
    void aProducerIsReplacedWhenOthersGetThroughAndWhatTheLogLacksIsWrittenInOrder() throws Exception {
        kafkaAnswersChecks = true;
        LogProducer first = connected().media();
        for (int frame = 0; frame < 4; frame++) {
            offerFrame(frame * 40L);
            bed.log.pump(first, Packets.micros(frame * 40L + 30));
            if (frame == 0) {
                producers.get(0).completeNext();
            }
        }
        List<ProducerRecord<byte[], byte[]>> given = producers.get(0).history();
        assertThat(given).hasSize(4);
        // Kafka took the second before it went silent, and nobody heard of it.
        inTheLog.add(record(given.get(0), 0));
        inTheLog.add(record(given.get(1), 1));

        long stalled = startNanos + 20 * SECOND;
        await().until(() -> link.producer(stalled).isPresent() && calls.contains("check"));
        AtomicLong later = new AtomicLong(stalled);
        await().until(() -> link.producer(later.addAndGet(5 * SECOND)).isEmpty());
        await().until(producers.get(0)::closed);
        while (producers.get(0).errorNext(new KafkaException("closed with records in it"))) {
            assertThat(bed.counters.packetsFailed.sum()).isZero();
        }
        LogProducer second = connected().media();

        bed.log.pump(second, Packets.micros(400));
        producers.get(1).completeNext();
        bed.log.pump(second, Packets.micros(410));
        source().onEnd(EPOCH, "left");
        bed.log.pump(second, Packets.micros(420));
        while (producers.get(1).completeNext()) {
            bed.log.pump(second, Packets.micros(430));
        }
        List<LogEntry> log = new ArrayList<>(MirrorBed.entries(given.subList(0, 2)));
        log.addAll(MirrorBed.entries(producers.get(1).history()));
        assertThat(MirrorBed.sequences(log)).containsExactly(1000L, 1001L, 1002L, 1003L, 1004L, 1005L, 1006L, 1007L);
        assertThat(log).noneMatch(Gap.class::isInstance);
        assertThat(bed.log.finished()).isTrue();
        assertThat(bed.buffer.usedBytes()).isZero();
        assertThat(bed.counters.packetsAcknowledged.sum()).isEqualTo(8);
    }

    @Test
    void aBrokenProducerIsReplacedAtOnce() {
        LogProducer first = connected().media();
        offerFrame(0);
        bed.log.pump(first, Packets.micros(50));
        producers.get(0).errorNext(new ClusterAuthorizationException("no idempotence for you"));

        assertThat(link.producer(System.nanoTime())).isEmpty();
        assertThat(link.lastError()).contains("no idempotence for you");
        LogProducer second = connected().media();
        bed.log.pump(second, Packets.micros(60));
        assertThat(producers.get(1).history()).hasSize(1);
        assertThat(bed.counters.packetsFailed.sum()).isZero();
    }

    @Test
    void whatCannotBeSettledForWantOfTheRightToReadIsDeclared() throws Exception {
        mayRead = false;
        LogProducer first = connected().media();
        offerFrame(0);
        bed.log.pump(first, Packets.micros(50));
        producers.get(0).errorNext(new ClusterAuthorizationException("no idempotence for you"));
        assertThat(link.producer(System.nanoTime())).isEmpty();
        LogProducer second = connected().media();

        bed.log.pump(second, Packets.micros(60));
        source().onEnd(EPOCH, "left");
        bed.log.pump(second, Packets.micros(70));

        assertThat(MirrorBed.entries(producers.get(1).history()))
                .filteredOn(Gap.class::isInstance)
                .containsExactly(new Gap(-1, Packets.START_MICROS, Packets.micros(25), 2, "kafka-refused"));
        assertThat(bed.counters.packetsFailed.sum()).isEqualTo(2);
        assertThat(bed.buffer.usedBytes()).isZero();
    }

    @Test
    void onlyAWindowIsGivenToAProducerThatDoesNotAnswer() {
        LogProducer first = connected().media();
        offerFrame(0);
        bed.log.pump(first, Packets.micros(30));
        producers.get(0).completeNext();
        for (int frame = 1; frame < 20_000; frame++) {
            offerFrame(frame * 40L);
        }
        bed.log.pump(first, Packets.micros(800_000));

        long given = producers.get(0).history().stream()
                .mapToLong(record -> record.value().length)
                .sum();
        assertThat(given).isBetween(LogProducer.WINDOW_BYTES, LogProducer.WINDOW_BYTES + bed.config.batchBytes());
    }

    private StreamMirror source() {
        return bed.source;
    }

    private Connection connected() {
        await().until(() -> link.producer(System.nanoTime()).isPresent());
        return link.producer(System.nanoTime()).orElseThrow();
    }

    private void offerFrame(long atMillis) {
        if (atMillis == 0) {
            source().onTracks(EPOCH, Packets.TRACKS);
        }
        assertThat(source().offer(packets.video(atMillis, atMillis == 0, false, 800)))
                .isTrue();
        assertThat(source().offer(packets.video(atMillis + 25, false, true, 800)))
                .isTrue();
    }

    private static ConsumerRecord<byte[], byte[]> record(ProducerRecord<byte[], byte[]> given, long offset) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(given.topic(), given.partition(), offset, given.key(), given.value());
        given.headers().forEach(record.headers()::add);
        return record;
    }

    /** Reads what is in the log by Kafka's own fake of a consumer, behind a record that is none of ours. */
    private LogEnd read(Map<Integer, Long> from) throws Exception {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none")) {
            for (int partition = 0; partition < MirrorBed.PARTITIONS; partition++) {
                TopicPartition known = new TopicPartition(Topics.MEDIA, partition);
                int here = partition;
                List<ConsumerRecord<byte[], byte[]>> records = inTheLog.stream()
                        .filter(record -> record.partition() == here)
                        .toList();
                consumer.updateBeginningOffsets(Map.of(known, 0L));
                consumer.updateEndOffsets(Map.of(known, (long) records.size()));
                consumer.schedulePollTask(() -> records.stream()
                        .filter(record -> record.offset() >= from.getOrDefault(here, 0L))
                        .forEach(consumer::addRecord));
            }
            consumer.schedulePollTask(() -> {});
            return LogEnd.read(consumer, Topics.MEDIA, from);
        }
    }

    @Test
    void recordsWithoutOurHeadersAreNoneOfOurs() throws Exception {
        ConsumerRecord<byte[], byte[]> foreign =
                new ConsumerRecord<>(Topics.MEDIA, 0, 0, "lobby".getBytes(StandardCharsets.UTF_8), new byte[1]);
        foreign.headers().add(LogHeaders.EPOCH, "seven".getBytes(StandardCharsets.UTF_8));
        inTheLog.add(foreign);

        LogEnd end = read(Map.of(0, 0L, 1, 0L, 2, 0L));

        assertThat(end.offsetOf("lobby", 7, 0)).isEmpty();
    }
}
