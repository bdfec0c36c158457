package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.mirror.KafkaMirror;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.gateway.mirror.MirrorHealth;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayConfig;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.schemas.Gap;
import dev.weir.schemas.LogEntry;
import dev.weir.schemas.LogPacket;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The mirror against a real broker that is not there at first, creates the topic, and is killed in the middle. */
@Timeout(240)
class MirrorOutageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PACKETS_PER_PART = 3_000;

    @TempDir
    Path folder;

    private final Distribution distribution = new Distribution(Path.of("target", "weir"));
    private long sequence;
    private long slowestNanos;

    @Test
    void everyPacketIsInTheLogOnceAndInOrderThoughTheBrokerCameLateAndWasKilled() throws Exception {
        int port = TestBroker.port();
        MirrorConfig config =
                MirrorConfig.builder("127.0.0.1:" + port).partitions(3).build();
        try (KafkaMirror mirror = new KafkaMirror(config)) {
            MediaRelay relay = new MediaRelay(RelayConfig.DEFAULT, List.of(mirror));
            mirror.start();
            Publication publication = relay.registerPublisher("cam", () -> true);
            publication.announce(List.of(
                    new RelayTrack(0, "video", MediaKind.VIDEO, new CodecFormat("VP8", 90_000, 1, ""), List.of())));

            publish(publication);
            await().atMost(PATIENCE).until(() -> mirror.health().state() == MirrorHealth.State.DEGRADED);

            try (DataDirectory data = DataDirectory.open(folder);
                    Broker broker = Broker.start(distribution, data, port, line -> {})) {
                await().atMost(PATIENCE).until(() -> acknowledged(mirror));
                publish(publication);
                ProcessHandle.of(broker.process().pid()).orElseThrow().destroyForcibly();
                publish(publication);
                await().atMost(PATIENCE).until(() -> mirror.health().state() == MirrorHealth.State.DEGRADED);
            }
            try (DataDirectory data = DataDirectory.open(folder);
                    Broker broker = Broker.start(distribution, data, port, line -> {})) {
                await().atMost(PATIENCE).until(() -> acknowledged(mirror));
                publish(publication);
                relay.endPublication(publication, "left");
                await().atMost(PATIENCE).until(() -> mirror.stats().streams() == 0 && acknowledged(mirror));

                assertThat(mirror.stats().packetsDropped()).isZero();
                assertThat(mirror.stats().packetsFailed()).isZero();
                List<LogEntry> entries = read(broker);
                assertThat(entries).noneMatch(Gap.class::isInstance);
                assertThat(entries.stream()
                                .filter(LogPacket.class::isInstance)
                                .mapToLong(entry -> ((LogPacket) entry).extendedSequence()))
                        .containsExactlyElementsOf(
                                LongStream.range(0, sequence).boxed().toList());
            }
        }
        System.out.println("slowest publish of a packet while Kafka was away, in ms: " + slowestNanos / 1e6);
        assertThat(Duration.ofNanos(slowestNanos)).isLessThan(Duration.ofSeconds(2));
    }

    private boolean acknowledged(KafkaMirror mirror) {
        // The last packets may wait in an open batch until it is old enough.
        return mirror.stats().packetsAcknowledged() == sequence
                && mirror.health().isUp();
    }

    private void publish(Publication publication) {
        for (int i = 0; i < PACKETS_PER_PART; i++) {
            long nowNanos = System.nanoTime();
            RelayPacket packet = RelayPacket.builder(MediaKind.VIDEO)
                    .payloadType(96)
                    .ssrc(1)
                    .extendedSequence(sequence)
                    .extendedTimestamp(sequence / 10 * 3000)
                    .marker(sequence % 10 == 9)
                    .keyframeStart(sequence % 500 == 0)
                    .arrival(nowNanos, System.currentTimeMillis() * 1000)
                    .epoch(publication.epoch())
                    .payload(new byte[1000])
                    .build();
            sequence++;
            publication.publish(packet);
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - nowNanos);
        }
    }

    private static List<LogEntry> read(Broker broker) {
        List<LogEntry> entries = new ArrayList<>();
        try (LogReader log = LogReader.open(broker.bootstrap(), Optional.of("cam"))) {
            log.seek(LogPosition.BEGINNING);
            log.readToEnd(record -> {
                entries.addAll(record.batch().entries());
                return true;
            });
        }
        return entries;
    }
}
