package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ingest.Ingest;
import dev.weir.gateway.ingest.WallClock;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.rtcp.RtcpHandler;
import dev.weir.webrtc.rtcp.RtcpReader;
import dev.weir.webrtc.sdp.CodecFormat;
import dev.weir.webrtc.sdp.NegotiatedMedia;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A publisher of 650 kbit/s that sends no transport-wide numbers but listens to REMB. */
class ReceiveEstimateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long UNLIMITED = 20_000_000;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(30));

    private final VirtualTime time = new VirtualTime();
    private long remb;
    private int fractionLost;
    private Ingest ingest;
    private VirtualPath up;

    @BeforeEach
    void publish() throws Exception {
        NegotiatedMedia media = new NegotiatedMedia(
                "0",
                "video",
                false,
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, new CodecFormat("VP8", 90_000, 1, "")),
                Map.of(SimulatedPublisher.RTX_PAYLOAD_TYPE, SimulatedPublisher.PAYLOAD_TYPE),
                Map.of(),
                List.of(),
                List.of((long) SimulatedPublisher.SSRC),
                Map.of((long) SimulatedPublisher.RTX_SSRC, (long) SimulatedPublisher.SSRC),
                Map.of(SimulatedPublisher.PAYLOAD_TYPE, Set.of("nack", "nack pli", "goog-remb")),
                -1);
        up = new VirtualPath(time, CLEAN, new SplittableRandom(3), packet -> ingest.onRtp(packet, time.nowNanos()));
        SimulatedPublisher publisher = new SimulatedPublisher(time, 3, packet -> up.send(packet));
        ingest = new Ingest(
                List.of(media),
                new MediaRelay().registerPublisher("a", () -> true),
                1,
                "c",
                new WallClock(0, 0),
                (rtcp, now) -> read(publisher, rtcp),
                new Meters());
        ingest.onConnected();
        time.every(Ingest.TICK_NANOS, () -> ingest.onTick(time.nowNanos()));
        publisher.start();
    }

    private void read(SimulatedPublisher publisher, ByteBuffer rtcp) {
        publisher.onRtcp(rtcp);
        assertThat(RtcpReader.read(rtcp, new RtcpHandler() {
                    @Override
                    public void onRemb(long bitrateBps) {
                        remb = bitrateBps;
                    }

                    @Override
                    public void onReportBlock(
                            int reporter,
                            int source,
                            int fraction,
                            int lost,
                            long highest,
                            long jitter,
                            long sr,
                            long delay) {
                        fractionLost = fraction;
                    }
                }))
                .isTrue();
    }

    @Test
    void aPathThatCarriesEverythingIsNoLimitEvenWithJitterAndSomeLoss() {
        time.run(5 * SECOND);
        assertThat(remb).isEqualTo(UNLIMITED);

        up.change(
                CLEAN.withJitter(Duration.ofMillis(50)).withDisorder(0.05, 0.02).withLoss(0.03, 1));
        time.run(60 * SECOND);

        assertThat(remb).isEqualTo(UNLIMITED);
    }

    @Test
    void aPathThatFillsUpIsToldAndItsRecoveryToo() {
        time.run(5 * SECOND);
        up.change(CLEAN.withRate(500_000, Duration.ofMillis(500)));
        time.run(3 * SECOND);
        assertThat(remb).isBetween(100_000L, 500_000L);

        up.change(CLEAN);
        time.run(40 * SECOND);
        assertThat(remb).as("more than the publisher sends").isGreaterThan(700_000);
    }

    /** What is repaired is lost all the same: a publisher that goes by receiver reports must hear of it. */
    @Test
    void reportsTellTheLossOfThePathAlthoughItIsRepaired() {
        up.change(CLEAN.withLoss(0.2, 1));
        int told = 0;
        for (int second = 0; second < 10; second++) {
            time.run(SECOND);
            told += fractionLost;
        }

        assertThat(told / 2_560.0).isBetween(0.12, 0.28);
    }
}
