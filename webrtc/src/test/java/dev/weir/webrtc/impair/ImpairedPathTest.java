package dev.weir.webrtc.impair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The model of a bad path does what its numbers say. */
class ImpairedPathTest {
    private static final long MILLI = 1_000_000;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(20));
    private static final int PACKETS = 1_000_000;

    private static ImpairedPath path(PathConditions conditions) {
        return new ImpairedPath(conditions, new SplittableRandom(7), 0);
    }

    /** When each of {@code count} packets of 1,000 bytes, one a millisecond, arrives; -1 = never. */
    private static List<Long> arrivals(ImpairedPath path, int count) {
        List<Long> arrivals = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arrivals.add(path.send(1_000, i * MILLI) == 0 ? -1 : path.arrivalNanos(0));
        }
        return arrivals;
    }

    @Test
    void sameSeedSameFate() {
        PathConditions bad = CLEAN.withLoss(0.1, 3)
                .withJitter(Duration.ofMillis(30))
                .withDisorder(0.05, 0.05)
                .withRate(10_000_000, Duration.ofMillis(100));

        assertThat(arrivals(path(bad), 5_000)).isEqualTo(arrivals(path(bad), 5_000));
    }

    @Test
    void losesAsManyAsAskedForEachForItselfOrInRuns() {
        for (double burst : new double[] {1, 5}) {
            List<Long> arrivals = arrivals(path(CLEAN.withLoss(0.05, burst)), PACKETS);

            long lost = arrivals.stream().filter(arrival -> arrival < 0).count();
            long runs = 0;
            for (int i = 1; i < arrivals.size(); i++) {
                runs += arrivals.get(i) < 0 && arrivals.get(i - 1) >= 0 ? 1 : 0;
            }
            assertThat(lost / (double) PACKETS).as("burst %s", burst).isCloseTo(0.05, within(0.01));
            // A run of 5 units lasts 50 ms, which is 50 of these packets.
            double meanRun = burst == 1 ? 1.05 : 50;
            assertThat(lost / (double) runs).as("burst %s", burst).isCloseTo(meanRun, within(meanRun * 0.25));
        }
    }

    @Test
    void jitterDoesNotOvertakeAndReorderingDoes() {
        List<Long> jittered = arrivals(path(CLEAN.withJitter(Duration.ofMillis(50))), 10_000);
        assertThat(jittered).isSorted();
        for (int i = 0; i < jittered.size(); i++) {
            assertThat(jittered.get(i) - i * MILLI).isBetween(20 * MILLI, 70 * MILLI);
        }

        List<Long> reordered = arrivals(path(CLEAN.withDisorder(0.05, 0)), PACKETS);
        long late = 0;
        for (int i = 0; i < reordered.size(); i++) {
            late += reordered.get(i) - i * MILLI > 20 * MILLI ? 1 : 0;
        }
        assertThat(late / (double) PACKETS).isCloseTo(0.05, within(0.005));
    }

    @Test
    void repeatsAsManyAsAskedFor() {
        ImpairedPath path = path(CLEAN.withDisorder(0, 0.05));
        int copies = 0;
        for (int i = 0; i < PACKETS; i++) {
            copies += path.send(1_000, i * MILLI);
        }

        assertThat(copies - PACKETS).isBetween(49_000, 51_000);
        assertThat(path.sent()).isEqualTo(PACKETS);
        assertThat(path.lost()).isZero();
    }

    @Test
    void carriesNoMoreThanItsRateAndLosesWhatWouldWaitTooLong() {
        // 8 Mbit/s offered to a path of 2 Mbit/s.
        ImpairedPath path = path(CLEAN.withRate(2_000_000, Duration.ofMillis(200)));
        List<Long> arrivals = arrivals(path, 10_000);

        long arrived = arrivals.stream().filter(arrival -> arrival >= 0).count();
        assertThat(arrived * 8_000.0 / 10).as("bits per second").isCloseTo(2_000_000, within(60_000.0));
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(arrivals.get(i) - i * MILLI).isLessThanOrEqualTo(220 * MILLI);
        }

        // Then it is clean again, at once for what comes.
        path.change(CLEAN);
        assertThat(path.send(1_000, 20_000 * MILLI)).isOne();
        assertThat(path.arrivalNanos(0)).isEqualTo(20_020 * MILLI);
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> CLEAN.withLoss(5, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loss");
    }
}
