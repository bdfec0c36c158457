package dev.weir.gateway.mirror;

import static dev.weir.gateway.mirror.Packets.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.facts.RecordedFacts;
import dev.weir.gateway.facts.SessionFacts;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.Subscriber;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogHeaders;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KafkaMirrorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PARTITIONS = MirrorBed.PARTITIONS;
    private final AtomicInteger keyframeRequests = new AtomicInteger();
    private final Packets packets = new Packets();
    private final MirrorConfig config = MirrorConfig.builder("localhost:1")
            .bufferBytes(1_000_000)
            .closeTimeout(Duration.ofSeconds(10))
            .build();
    private final MockProducer<byte[], byte[]> producer = MirrorBed.producer(true);
    private final MockProducer<byte[], byte[]> metadataProducer = MirrorBed.producer(true);
    private final KafkaMirror mirror = new KafkaMirror(config, this::connect, InstantSource.system());
    private final RecordedFacts recorded = new RecordedFacts();
    private final EpochLog.Facts facts = new EpochLog.Facts(recorded, new SessionFacts(recorded));
    private volatile boolean kafkaIsUp = true;

    private Connection connect(MirrorBuffer buffer, MirrorCounters counters, Map<Integer, Long> unsettledFrom) {
        if (!kafkaIsUp) {
            throw new TimeoutException("no broker");
        }
        return new Connection(
                new LogProducer(
                        producer,
                        config.topic(),
                        new long[PARTITIONS],
                        LogEnd.NONE,
                        new RelayBatchCodec(),
                        buffer,
                        counters),
                MirrorBed.metadata(metadataProducer, counters));
    }

    @AfterEach
    void close() {
        mirror.close();
    }

    @Test
    void everyPacketIsWrittenOnceInOrderToOnePartition() throws MalformedRecordException {
        mirror.start();
        Subscriber subscriber = subscribe("lobby");
        List<Long> offered = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            RelayPacket packet = packets.video(i * 33L, i % 30 == 0, true, 800);
            offered.add(packet.extendedSequence());
            assertThat(subscriber.offer(packet)).isTrue();
        }
        subscriber.onEnd(EPOCH, "publisher left");
        await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0);

        List<LogEntry> entries = new ArrayList<>();
        long batchNumber = 0;
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            RelayBatch batch = RelayBatchCodec.decode(record.value());
            assertThat(batch.batchNumber()).isEqualTo(batchNumber++);
            assertThat(record.partition()).isEqualTo(producer.history().get(0).partition());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("lobby");
            assertThat(record.timestamp()).isEqualTo(batch.firstArrivalMicros() / 1000);
            assertThat(header(record, LogHeaders.EPOCH)).isEqualTo("7");
            assertThat(record.headers().lastHeader(LogHeaders.KEY_FRAME) != null)
                    .isEqualTo(batch.startsKeyframe());
            entries.addAll(batch.entries());
        }
        assertThat(sequences(entries)).isEqualTo(offered);
        assertThat(mirror.stats().packetsAcknowledged()).isEqualTo(300);
        assertThat(mirror.stats().bufferedBytes()).isZero();
        assertThat(mirror.health().isUp()).isTrue();
    }

    @Test
    void whatIsPublishedBeforeKafkaIsThereWaitsForIt() throws MalformedRecordException {
        kafkaIsUp = false;
        mirror.start();
        Subscriber subscriber = subscribe("lobby");
        for (int i = 0; i < 100; i++) {
            subscriber.offer(packets.video(i * 33L, i == 0, true, 800));
        }
        await().atMost(PATIENCE).until(() -> mirror.health().state() == MirrorHealth.State.DEGRADED);
        assertThat(mirror.health().detail()).contains("no broker");

        kafkaIsUp = true;

        await().atMost(PATIENCE).until(() -> mirror.stats().packetsAcknowledged() >= 99);
        await().atMost(PATIENCE).until(() -> mirror.health().isUp());
        subscriber.onEnd(EPOCH, "left");
        await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0);
        assertThat(sequences(written())).hasSize(100).isSorted();
    }

    @Test
    void aFullBufferLeavesOutUpToTheNextKeyframeAndDeclaresIt() throws MalformedRecordException {
        kafkaIsUp = false;
        mirror.start();
        Subscriber subscriber = subscribe("lobby");
        List<Long> taken = new ArrayList<>();
        long refused = 0;
        for (int i = 0; i < 2000; i++) {
            RelayPacket packet = packets.video(i * 33L, i % 50 == 0, true, 800);
            if (subscriber.offer(packet)) {
                taken.add(packet.extendedSequence());
            } else {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(mirror.stats().bufferedBytes()).isLessThanOrEqualTo(config.bufferBytes());

        kafkaIsUp = true;
        await().atMost(PATIENCE).until(() -> mirror.stats().bufferedBytes() < 10_000);
        for (int i = 2001; i < 2200; i++) {
            RelayPacket packet = packets.video(i * 33L, i % 50 == 0, true, 800);
            if (subscriber.offer(packet)) {
                taken.add(packet.extendedSequence());
            } else {
                refused++;
            }
        }
        subscriber.onEnd(EPOCH, "left");
        await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0);

        List<LogEntry> entries = written();
        assertThat(sequences(entries)).isEqualTo(taken);
        List<Gap> gaps = entries.stream()
                .filter(Gap.class::isInstance)
                .map(Gap.class::cast)
                .toList();
        assertThat(gaps).hasSize(1);
        assertThat(gaps.get(0).packets()).isEqualTo(refused);
        LogPacket afterGap = (LogPacket) entries.stream()
                .skip(entries.indexOf(gaps.get(0)))
                .filter(LogPacket.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(afterGap.keyframeStart()).isTrue();
    }

    @Test
    void theFirstRecordOfAPartitionIsAwaited() {
        MockProducer<byte[], byte[]> slow = MirrorBed.producer(false);
        MirrorBuffer buffer = new MirrorBuffer(1_000_000);
        LogProducer log = new LogProducer(
                slow,
                config.topic(),
                new long[PARTITIONS],
                LogEnd.NONE,
                new RelayBatchCodec(),
                buffer,
                new MirrorCounters());
        EpochLog owner = new EpochLog(
                streamMirror("lobby", buffer, new MirrorCounters()),
                config,
                facts,
                MirrorBed.noFormers(),
                Runnable::run);

        assertThat(log.send(batch(0), owner)).isTrue();
        assertThat(log.send(batch(1), owner)).isFalse();
        slow.completeNext();
        assertThat(log.send(batch(1), owner)).isTrue();
        assertThat(log.send(batch(2), owner)).isTrue();
    }

    @Test
    void aBatchThatKafkaDidNotTakeIsDeclared() throws MalformedRecordException {
        MockProducer<byte[], byte[]> slow = MirrorBed.producer(false);
        MirrorBuffer buffer = new MirrorBuffer(1_000_000);
        MirrorCounters counters = new MirrorCounters();
        LogProducer log = new LogProducer(
                slow, config.topic(), new long[PARTITIONS], LogEnd.NONE, new RelayBatchCodec(), buffer, counters);
        StreamMirror source = streamMirror("lobby", buffer, counters);
        EpochLog owner = new EpochLog(source, config, facts, MirrorBed.noFormers(), Runnable::run);
        source.onTracks(EPOCH, Packets.TRACKS);
        source.offer(packets.video(0, true, false, 800));
        source.offer(packets.video(40, false, true, 800));
        owner.pump(log, Packets.micros(50));
        slow.errorNext(new TimeoutException("expired"));

        source.offer(packets.video(80, false, false, 800));
        source.offer(packets.video(120, false, true, 800));
        owner.pump(log, Packets.micros(150));
        slow.completeNext();

        RelayBatch second = RelayBatchCodec.decode(
                slow.history().get(slow.history().size() - 1).value());
        assertThat(second.entries()).filteredOn(Gap.class::isInstance).hasSize(1);
        assertThat(counters.packetsFailed.sum()).isEqualTo(2);
        assertThat(buffer.usedBytes()).isZero();
    }

    @Test
    void aRefusalInsideSendIsTriedAgainWithoutLoss() {
        producer.sendException = new TimeoutException("no metadata");
        mirror.start();
        Subscriber subscriber = subscribe("lobby");
        subscriber.offer(packets.video(0, true, false, 800));
        subscriber.offer(packets.video(40, false, true, 800));
        await().atMost(PATIENCE).until(() -> mirror.health().detail().contains("no metadata"));

        producer.sendException = null;

        await().atMost(PATIENCE).until(() -> mirror.stats().packetsAcknowledged() == 2);
        assertThat(mirror.stats().packetsFailed()).isZero();
    }

    @Test
    void closeFlushesAndEndsOpenStreams() throws MalformedRecordException {
        mirror.start();
        Subscriber subscriber = subscribe("lobby");
        for (int i = 0; i < 50; i++) {
            subscriber.offer(packets.audio(i * 20L));
        }
        mirror.close();
        mirror.close();

        assertThat(sequences(written())).hasSize(50);
        assertThat(producer.closed()).isTrue();
        List<ProducerRecord<byte[], byte[]>> history = producer.history();
        assertThat(RelayBatchCodec.decode(history.get(history.size() - 1).value())
                        .ends())
                .isTrue();
        assertThat(mirror.health().state()).isEqualTo(MirrorHealth.State.CLOSED);
    }

    @Test
    void keyframesAreRequestedWhenNoneCome() {
        StreamMirror source = streamMirror("lobby", new MirrorBuffer(100_000_000), new MirrorCounters());
        source.onTracks(EPOCH, Packets.TRACKS);
        for (int i = 0; i < 600; i++) {
            source.offer(packets.video(i * 20L, i == 0, true, 100));
        }

        assertThat(keyframeRequests).hasValue(2);
    }

    private Subscriber subscribe(String streamId) {
        StreamMirror source = mirror.add(streamId, keyframeRequests::incrementAndGet, () -> 4);
        source.onTracks(EPOCH, Packets.TRACKS);
        return source;
    }

    private StreamMirror streamMirror(String streamId, MirrorBuffer buffer, MirrorCounters counters) {
        return new StreamMirror(
                streamId,
                keyframeRequests::incrementAndGet,
                () -> 4,
                config,
                buffer,
                counters,
                InstantSource.fixed(Instant.EPOCH.plus(Packets.START_MICROS, ChronoUnit.MICROS)));
    }

    private static OutgoingBatch batch(long number) {
        RelayBatch batch = new RelayBatch("lobby", EPOCH, number, Packets.START_MICROS, List.of());
        return new OutgoingBatch(batch, 1, 0, 0, Packets.START_MICROS, false);
    }

    private List<LogEntry> written() throws MalformedRecordException {
        List<LogEntry> entries = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            entries.addAll(RelayBatchCodec.decode(record.value()).entries());
        }
        return entries;
    }

    private static List<Long> sequences(List<LogEntry> entries) {
        return entries.stream()
                .filter(LogPacket.class::isInstance)
                .map(entry -> ((LogPacket) entry).extendedSequence())
                .toList();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
