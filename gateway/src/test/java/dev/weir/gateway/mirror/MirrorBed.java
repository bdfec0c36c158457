package dev.weir.gateway.mirror;

import dev.weir.gateway.facts.RecordedFacts;
import dev.weir.gateway.facts.SessionFacts;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MalformedRecordException;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The parts of a mirror without its thread: a stream's queue, its log, and Kafka's own fake of a producer. */
final class MirrorBed {
    static final int PARTITIONS = 3;

    private static final Map<MetadataTopic, Integer> METADATA_PARTITIONS = Map.of(
            MetadataTopic.FRAMES,
            PARTITIONS,
            MetadataTopic.SESSIONS,
            1,
            MetadataTopic.STATS,
            1,
            MetadataTopic.STREAMS,
            1);

    final MirrorBuffer buffer = new MirrorBuffer(64_000_000);
    final MirrorCounters counters = new MirrorCounters();
    /** Every frame of the tests makes a batch. */
    final MirrorConfig config = MirrorConfig.builder("localhost:1")
            .minBatchAge(Duration.ofMillis(20))
            .build();

    final RecordedFacts recorded = new RecordedFacts();
    final StreamMirror source = new StreamMirror(
            "lobby",
            () -> {},
            () -> 0,
            config,
            buffer,
            counters,
            InstantSource.fixed(Instant.EPOCH.plus(Packets.START_MICROS, ChronoUnit.MICROS)));
    final EpochLog log;

    MirrorBed() {
        this(noFormers());
    }

    MirrorBed(FormerEpochs formers) {
        log = new EpochLog(
                source, config, new EpochLog.Facts(recorded, new SessionFacts(recorded)), formers, Runnable::run);
    }

    /** Nobody left an epoch without an end. */
    static FormerEpochs noFormers() {
        FormerEpochs formers = new FormerEpochs(
                (buffer, counters, from) -> {
                    throw new IllegalStateException();
                },
                task -> CompletableFuture.completedFuture(List.of()),
                new RecordedFacts(),
                InstantSource.system());
        LogProducer unused = new MirrorBed(formers).producer(producer(true), LogEnd.NONE);
        formers.turn(unused, 0);
        formers.turn(unused, 0);
        return formers;
    }

    static MockProducer<byte[], byte[]> producer(boolean autoComplete) {
        Node node = new Node(1, "localhost", 1);
        List<PartitionInfo> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new PartitionInfo(Topics.MEDIA, i, node, new Node[] {node}, new Node[] {node}))
                .toList();
        Cluster cluster = new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
        return new MockProducer<>(cluster, autoComplete, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    LogProducer producer(MockProducer<byte[], byte[]> kafka, LogEnd written) {
        return new LogProducer(
                kafka, config.topic(), new long[PARTITIONS], written, new RelayBatchCodec(), buffer, counters);
    }

    Connection connection(MockProducer<byte[], byte[]> kafka, LogEnd written) {
        return new Connection(producer(kafka, written), metadata(producer(true), counters));
    }

    static MetadataProducer metadata(MockProducer<byte[], byte[]> kafka, MirrorCounters counters) {
        return new MetadataProducer(kafka, METADATA_PARTITIONS, new MetadataEncoder(Map.of()), counters);
    }

    static List<LogEntry> entries(List<ProducerRecord<byte[], byte[]>> records) throws MalformedRecordException {
        List<LogEntry> entries = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
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
