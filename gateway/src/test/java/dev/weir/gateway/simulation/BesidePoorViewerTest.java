package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Viewers with good paths, alone and beside one that loses 30 % both ways on a path that carries half of the stream: their
 * packets are in the gateway for the same time. In virtual time, so this shows that nothing waits for the poor viewer, not
 * what its packets cost the loop ({@code TurnQuotaTest} bounds that).
 */
class BesidePoorViewerTest {
    private static final int SEEDS = Integer.getInteger("weir.simulation.seeds", 10);
    private static final long SECOND = 1_000_000_000L;
    private static final int PACKETS_PER_FRAME = 9;
    private static final int SECONDS = 20;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));
    private static final PathConditions POOR =
            CLEAN.withLoss(0.3, 1).withJitter(Duration.ofMillis(50)).withRate(1_000_000, Duration.ofMillis(500));

    private record Watched(List<Long> relayNanos, int shown, int torn, long asked) {
        long percentile(double part) {
            return relayNanos.get((int) (part * (relayNanos.size() - 1)));
        }
    }

    private static Watched watch(int seed, boolean beside) {
        SimulatedStream stream = new SimulatedStream(PACKETS_PER_FRAME);
        List<SimulatedStream.Viewer> good = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            good.add(stream.new Viewer(seed + i, CLEAN));
        }
        stream.time.run(5 * SECOND);
        if (beside) {
            SimulatedStream.Viewer poor = stream.new Viewer(seed + 1_000, CLEAN);
            stream.time.run(SECOND);
            poor.down.change(POOR);
            poor.back.change(POOR);
        }
        stream.time.run(3 * SECOND);
        good.forEach(SimulatedStream.Viewer::startCounting);
        long asked = stream.publisher.plis;
        stream.time.run(SECONDS * SECOND);
        List<Long> all = new ArrayList<>();
        good.forEach(viewer -> all.addAll(viewer.relayNanos()));
        return new Watched(
                all.stream().sorted().toList(),
                good.stream()
                        .mapToInt(SimulatedStream.Viewer::shownFrames)
                        .min()
                        .orElse(0),
                good.stream().mapToInt(SimulatedStream.Viewer::tornFrames).max().orElse(0),
                stream.publisher.plis - asked);
    }

    @Test
    void packetsOfGoodViewersStayInTheGatewayAsLongAsWithoutThePoorOne() {
        long asked = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Watched alone = watch(seed, false);
            Watched beside = watch(seed, true);
            asked += beside.asked;
            String told = String.format(
                    Locale.ROOT,
                    "seed %d: in the gateway p99 %d, worst %d us alone; p99 %d, worst %d us beside; %d keyframes more",
                    seed,
                    alone.percentile(0.99) / 1_000,
                    alone.percentile(1) / 1_000,
                    beside.percentile(0.99) / 1_000,
                    beside.percentile(1) / 1_000,
                    beside.asked);
            System.out.println(told);
            assertThat(beside.percentile(0.99)).as(told).isEqualTo(alone.percentile(0.99));
            assertThat(beside.percentile(1)).as(told).isEqualTo(alone.percentile(1));
            assertThat(alone.shown).as(told).isGreaterThanOrEqualTo(30 * SECONDS - 1);
            assertThat(beside.shown).as(told).isEqualTo(alone.shown);
            assertThat(beside.torn).as(told).isEqualTo(alone.torn);
        }
        assertThat(asked / (double) SEEDS / SECONDS)
                .as("keyframes asked for a second")
                .isLessThanOrEqualTo(1);
    }
}
