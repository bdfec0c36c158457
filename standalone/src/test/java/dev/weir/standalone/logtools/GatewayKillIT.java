package dev.weir.standalone.logtools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.EndOfStream;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.TrackConfiguration;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway process is killed with -9 while it mirrors: what the log lacks is what the producer had not sent yet. The bound of
 * 250 ms is for a machine that is not overloaded; {@code weir.kill.bound-millis} sets it.
 */
@Timeout(180)
class GatewayKillIT {
    private static final long BOUND_MILLIS = Long.getLong("weir.kill.bound-millis", 1_000);
    private static final Pattern READY = Pattern.compile("weir gateway ready: (http://127\\.0\\.0\\.1:\\d+/)");

    @TempDir
    Path folder;

    @Test
    void atMostAMomentIsMissingAndTheNextEpochFollowsCleanly() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        NetConfig net =
                NetConfig.of(List.of(new InetSocketAddress(loopback, 0))).withLoops(1);
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                Broker broker = Broker.start(new Distribution(Path.of("target", "weir")), data, 0, line -> {});
                EventLoopGroup loops = new EventLoopGroup(net)) {
            MediaTopics.create(broker.bootstrap());
            loops.start();

            long killedMicros = publishAndKill(broker.bootstrap(), loops.next());
            Gateway second = Gateway.start(broker.bootstrap());
            try {
                ClipSession.publish(
                        second.uri.resolve("whip/cam"), loops.next(), Duration.ofSeconds(2), new AtomicBoolean());
                NavigableMap<Long, List<RelayBatch>> epochs = read(broker.bootstrap());

                assertThat(epochs).hasSize(2);
                List<RelayBatch> first = epochs.firstEntry().getValue();
                List<RelayBatch> next = epochs.lastEntry().getValue();
                requireWhole(first);
                requireWhole(next);
                requireDeclared(first, next);
                assertThat(next.get(next.size() - 1).ends()).isTrue();
                requireCatalogue(broker.bootstrap(), epochs.firstKey(), first);
                long missingMillis = (killedMicros - lastArrivalMicros(first)) / 1_000;
                System.out.println("media missing before the kill, in ms: " + missingMillis);
                assertThat(missingMillis).isLessThanOrEqualTo(BOUND_MILLIS);
            } finally {
                second.process.destroy();
                assertThat(second.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** Returns when the process was killed. */
    private static long publishAndKill(String bootstrap, EventLoop loop) throws Exception {
        Gateway gateway = Gateway.start(bootstrap);
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
            try {
                ClipSession.publish(gateway.uri.resolve("whip/cam"), loop, Duration.ofSeconds(30), stop);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            // Longer than the catalogue takes to be renewed.
            awaitBatches(bootstrap, 90);
        } finally {
            gateway.process.destroyForcibly();
        }
        long killedMicros = System.currentTimeMillis() * 1_000;
        assertThat(gateway.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        stop.set(true);
        publishing.get(60, TimeUnit.SECONDS);
        return killedMicros;
    }

    private static void awaitBatches(String bootstrap, int count) {
        int[] seen = new int[1];
        try (LogReader log = LogReader.open(bootstrap, Optional.of("cam"))) {
            log.seek(LogPosition.BEGINNING);
            long deadline = System.nanoTime() + 60_000_000_000L;
            log.read(record -> ++seen[0] < count, () -> seen[0] < count && System.nanoTime() < deadline);
        }
        assertThat(seen[0]).isEqualTo(count);
    }

    /** Reads until the second epoch has ended. */
    private static NavigableMap<Long, List<RelayBatch>> read(String bootstrap) {
        NavigableMap<Long, List<RelayBatch>> epochs = new TreeMap<>();
        Set<Long> ended = new HashSet<>();
        try (LogReader log = LogReader.open(bootstrap, Optional.of("cam"))) {
            log.seek(LogPosition.BEGINNING);
            long deadline = System.nanoTime() + 60_000_000_000L;
            BooleanSupplier over = () -> epochs.size() > 1 && ended.contains(epochs.lastKey());
            log.read(
                    record -> {
                        epochs.computeIfAbsent(record.batch().epoch(), epoch -> new ArrayList<>())
                                .add(record.batch());
                        if (record.batch().ends()) {
                            ended.add(record.batch().epoch());
                        }
                        return !over.getAsBoolean();
                    },
                    () -> !over.getAsBoolean() && System.nanoTime() < deadline);
        }
        return epochs;
    }

    /** The second gateway has ended the epoch of the first before its own, with a gap that says what is not known. */
    private static void requireDeclared(List<RelayBatch> first, List<RelayBatch> next) {
        RelayBatch last = first.get(first.size() - 1);
        assertThat(last.entries()).hasSize(2);
        assertThat(last.entries().get(1)).isInstanceOf(EndOfStream.class);
        Gap gap = (Gap) last.entries().get(0);
        assertThat(gap.reason()).isEqualTo("gateway-died");
        assertThat(gap.packets()).isZero();
        assertThat(gap.fromArrivalMicros()).isEqualTo(lastArrivalMicros(first));
        assertThat(gap.toArrivalMicros()).isBetween(gap.fromArrivalMicros(), lastArrivalMicros(next));
    }

    /** The catalogue goes on to the next epoch, and what it tells of the end of the first, if it tells that before, is true. */
    private static void requireCatalogue(String bootstrap, long epoch, List<RelayBatch> first) throws Exception {
        List<StreamState> told = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(new TopicPartition(Topics.STREAMS, 0));
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (told.stream().noneMatch(state -> state.epoch() > epoch) && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    told.add(MetadataCodec.streams().decode(record.value()));
                }
            }
        }
        assertThat(told.get(told.size() - 1).epoch()).isGreaterThan(epoch);
        // Left out where the next epoch was told sooner than this end was acknowledged: only the latest state counts.
        assertThat(told)
                .filteredOn(state -> isEndOf(epoch, state))
                .hasSizeLessThan(2)
                .allMatch(state -> state.kafkaAckedBatch() == first.size() - 1);
    }

    private static boolean isEndOf(long epoch, StreamState state) {
        return state.epoch() == epoch && state.condition() == StreamCondition.OFFLINE;
    }

    /** The epoch begins with its tracks, and up to its last packet nothing is missing and nothing is there twice. */
    private static void requireWhole(List<RelayBatch> batches) {
        assertThat(batches.get(0).entries().get(0)).isInstanceOf(TrackConfiguration.class);
        Map<Integer, Long> last = new HashMap<>();
        for (int i = 0; i < batches.size(); i++) {
            assertThat(batches.get(i).batchNumber()).isEqualTo(i);
            for (LogEntry entry : batches.get(i).entries()) {
                if (entry instanceof LogPacket packet) {
                    Long former = last.put(packet.trackIndex(), packet.extendedSequence());
                    assertThat(former == null || packet.extendedSequence() == former + 1)
                            .as("%s after %s", packet, former)
                            .isTrue();
                }
                assertThat(entry instanceof EndOfStream && i + 1 < batches.size())
                        .isFalse();
            }
        }
    }

    private static long lastArrivalMicros(List<RelayBatch> batches) {
        long last = 0;
        for (RelayBatch batch : batches) {
            for (LogEntry entry : batch.entries()) {
                if (entry instanceof LogPacket packet) {
                    last = Math.max(last, packet.arrivalMicros());
                }
            }
        }
        return last;
    }

    /** The gateway alone, in a process of its own. */
    private record Gateway(Process process, URI uri) {
        static Gateway start(String bootstrap) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            Path.of("target", "weir", "lib").toAbsolutePath() + "/*:"
                                    + Path.of("target", "weir", "plugins", "weir-connector")
                                            .toAbsolutePath() + "/*",
                            "dev.weir.standalone.Main",
                            "gateway",
                            "--http",
                            "127.0.0.1:0",
                            "--udp",
                            "0",
                            "--kafka",
                            bootstrap)
                    .redirectErrorStream(true)
                    .start();
            StringBuilder output = new StringBuilder();
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    return new Gateway(process, URI.create(ready.group(1)));
                }
                output.append(line).append('\n');
            }
            throw new IOException("the gateway did not start: " + output);
        }
    }
}
