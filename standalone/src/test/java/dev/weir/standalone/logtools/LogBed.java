package dev.weir.standalone.logtools;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.mirror.MirrorConfig;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

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

    /** Reads what a topic holds now. */
    List<byte[]> values(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap(), "enable.auto.commit", false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<byte[]> values = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
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
