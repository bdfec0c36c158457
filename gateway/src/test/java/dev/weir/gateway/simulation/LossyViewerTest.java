package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A viewer of a stream of 2 Mbit/s without layers, behind paths that lose and delay at random: these carry everything, so
 * nothing may be left out. In virtual time, for many seeds; {@code -Dweir.simulation.seeds=200} and
 * {@code -Dweir.lossy.seconds=60} are the long form.
 */
class LossyViewerTest {
    private static final int SEEDS = Integer.getInteger("weir.simulation.seeds", 10);
    private static final int SECONDS = Integer.getInteger("weir.lossy.seconds", 15);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int PACKETS_PER_FRAME = 9;
    private static final double FRAMES_PER_SECOND = 30;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));

    /** What a bad path made of the stream, over all seeds. */
    private static final class Outcome {
        private long shown;
        private double fewest = Double.MAX_VALUE;
        private int seedsWithDrops;

        void add(SimulatedStream.Viewer viewer) {
            int frames = viewer.shownFrames();
            shown += frames;
            fewest = Math.min(fewest, frames / (double) SECONDS);
            seedsWithDrops += viewer.egress.stats().packetsDropped() > 0 ? 1 : 0;
        }

        double framesPerSecond() {
            return shown / (double) SEEDS / SECONDS;
        }
    }

    /** Everything that a seed decides. */
    private static SimulatedStream.Viewer watch(int seed, PathConditions conditions, boolean pauses) {
        SimulatedStream stream = new SimulatedStream(PACKETS_PER_FRAME);
        SimulatedStream.Viewer viewer = stream.new Viewer(seed, CLEAN);
        stream.time.run(5 * SECOND);
        viewer.startCounting();
        viewer.down.change(conditions);
        viewer.back.change(conditions);
        if (pauses) {
            pause(stream.time, viewer, conditions, new SplittableRandom(seed));
        }
        stream.time.run(SECONDS * SECOND);
        return viewer;
    }

    /** Now and then the machine behind the path does nothing for up to 0.4 s. */
    private static void pause(
            VirtualTime time, SimulatedStream.Viewer viewer, PathConditions conditions, SplittableRandom random) {
        time.after((500 + random.nextLong(3_000)) * MILLI, () -> {
            viewer.down.change(PathConditions.clean(Duration.ofMillis(50 + random.nextLong(350)))
                    .withLoss(conditions.loss(), conditions.burst()));
            time.after(40 * MILLI, () -> viewer.down.change(conditions));
            pause(time, viewer, conditions, random);
        });
    }

    @ParameterizedTest(name = "{0} % loss in runs of {1}, jitter {2} ms, pauses {3}")
    @CsvSource({
        "1, 1, 50, false, 0.99, 0",
        "5, 1, 50, false, 0.98, 0",
        "5, 1, 50, true, 0.97, 0",
        "10, 1, 50, false, 0.97, 0",
        "10, 3, 50, false, 0.9, 0.05",
        "0, 1, 100, false, 0.97, 0",
        "0, 1, 0, true, 0.99, 0"
    })
    void onAPathThatCarriesEverythingNothingIsLeftOut(
            int percent, double burst, int jitterMillis, boolean pauses, double leastShown, double mostSeeds) {
        PathConditions conditions = CLEAN.withLoss(percent / 100.0, burst).withJitter(Duration.ofMillis(jitterMillis));
        Outcome outcome = new Outcome();
        for (int seed = 1; seed <= SEEDS; seed++) {
            outcome.add(watch(seed, conditions, pauses));
        }
        System.out.printf(
                Locale.ROOT,
                "%d %% loss, runs of %.0f, jitter %d ms, pauses %b: %.2f frames/s, worst seed %.2f, seeds with drops %d of %d%n",
                percent,
                burst,
                jitterMillis,
                pauses,
                outcome.framesPerSecond(),
                outcome.fewest,
                outcome.seedsWithDrops,
                SEEDS);
        assertThat(outcome.seedsWithDrops)
                .as("seeds in which anything was left out")
                .isLessThanOrEqualTo((int) (mostSeeds * SEEDS));
        assertThat(outcome.framesPerSecond()).isGreaterThan(leastShown * FRAMES_PER_SECOND);
    }

    /** Nobody can repair all of it; what is sent must not become less and less. */
    @ParameterizedTest
    @CsvSource("30, 10")
    void evenOfAThirdThatIsLostMuchIsShown(int percent, double leastFramesPerSecond) {
        Outcome outcome = new Outcome();
        for (int seed = 1; seed <= SEEDS; seed++) {
            outcome.add(watch(seed, CLEAN.withLoss(percent / 100.0, 1).withJitter(Duration.ofMillis(50)), false));
        }
        System.out.printf(
                Locale.ROOT,
                "%d %% loss: %.2f frames/s, worst seed %.2f, seeds with drops %d of %d%n",
                percent,
                outcome.framesPerSecond(),
                outcome.fewest,
                outcome.seedsWithDrops,
                SEEDS);
        assertThat(outcome.framesPerSecond()).isGreaterThan(leastFramesPerSecond);
    }
}
