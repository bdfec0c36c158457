package dev.weir.standalone.logtools;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.schemas.Topics;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.worker.Worker;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A gateway in this JVM that mirrors into a real broker, and an event loop for clients. */
final class LogBed implements AutoCloseable {
    private final DataDirectory data;
    private final Broker broker;
    private final WhipServer gateway;
    private final EventLoopGroup loops;

    LogBed(Path folder) throws Exception {
        this(folder, Optional.empty());
    }

    /** Opens one whose gateway writes with the ids of {@code registry}. */
    @SuppressWarnings("MustBeClosedChecker")
    LogBed(Path folder, Optional<URI> registry) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        data = DataDirectory.open(folder);
        broker = Broker.start(distribution(), data, 0, line -> {});
        MediaTopics.create(broker.bootstrap());
        MirrorConfig.Builder mirror = MirrorConfig.builder(broker.bootstrap());
        registry.ifPresent(mirror::registry);
        gateway = new WhipServer(ServerConfig.builder()
                .bindAddress(new InetSocketAddress(loopback, 0))
                .udpPort(0)
                .udpAddresses(List.of(loopback))
                .mirror(mirror.build())
                .build());
        gateway.start();
        loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress(loopback, 0))).withLoops(1));
        loops.start();
    }

    private static Distribution distribution() {
        return new Distribution(Path.of("target", "weir"));
    }

    /** Starts a Connect worker with one connector. */
    Worker worker(Map<String, String> connector) throws StartFailure, InterruptedException {
        return Worker.start(distribution(), data, broker.bootstrap(), connector, line -> {});
    }

    /** Puts a record into the media topic. */
    void send(String stream, byte[] value) throws Exception {
        send(List.of(new ProducerRecord<>(Topics.MEDIA, 0, stream.getBytes(StandardCharsets.UTF_8), value)));
    }

    /** Puts records into topics and waits until Kafka has them. */
    void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Reads the values that a topic holds now. */
    List<byte[]> values(String topic) {
        return records(topic).stream().map(ConsumerRecord::value).toList();
    }

    /** Reads what a topic holds now. */
    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap(), "enable.auto.commit", false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    URI whip(String stream) {
        return URI.create("http://127.0.0.1:" + gateway.httpAddress().getPort() + "/whip/" + stream);
    }

    EventLoop loop() {
        return loops.next();
    }

    @Override
    public void close() throws IOException {
        try (data;
                broker;
                gateway;
                loops) {
            // Each is closed even when another fails to.
        }
    }
}
