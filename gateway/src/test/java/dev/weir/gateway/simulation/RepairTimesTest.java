package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long pictures wait for their repairs behind paths that lose both ways, and what the repairs cost. A player whose next
 * picture comes 200 ms late stands still. In virtual time; {@code -Dweir.simulation.seeds=200} and
 * {@code -Dweir.lossy.seconds=60} are the long form.
 */
class RepairTimesTest {
    private static final int SEEDS = Integer.getInteger("weir.simulation.seeds", 10);
    private static final int SECONDS = Integer.getInteger("weir.lossy.seconds", 15);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int PACKETS_PER_FRAME = 9;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));

    @ParameterizedTest(name = "{0} % loss in runs of {1}, jitter {2} ms")
    @CsvSource({
        "0, 1, 50, 0, 0.01",
        "1, 1, 50, 4, 0.03",
        "5, 1, 50, 8, 0.15",
        "10, 1, 50, 40, 0.30",
        "10, 3, 50, 145, 0.35",
        "30, 1, 50, 900, 0.8"
    })
    void fewPicturesWaitLongAndRepairsStayBounded(
            int percent, double burst, int jitterMillis, double mostLatePerMinute, double mostRepairs) {
        long late = 0;
        long repaired = 0;
        long media = 0;
        long sent = 0;
        PathConditions conditions = CLEAN.withLoss(percent / 100.0, burst).withJitter(Duration.ofMillis(jitterMillis));
        for (int seed = 1; seed <= SEEDS; seed++) {
            SimulatedStream stream = new SimulatedStream(PACKETS_PER_FRAME);
            SimulatedStream.Viewer viewer = stream.new Viewer(seed, CLEAN);
            stream.time.run(5 * SECOND);
            viewer.down.change(conditions);
            viewer.back.change(conditions);
            stream.time.run(3 * SECOND);
            viewer.startCounting();
            var before = viewer.egress.stats().outbound().get(0);
            stream.time.run(SECONDS * SECOND);
            var after = viewer.egress.stats().outbound().get(0);
            late += viewer.framesLaterThan(200 * MILLI);
            repaired += after.retransmittedBytesSent() - before.retransmittedBytesSent();
            media += after.bytesSent() - before.bytesSent();
            sent += viewer.bytes();
        }
        double latePerMinute = late * 60.0 / SEEDS / SECONDS;
        double repairs = (double) repaired / media;
        System.out.printf(
                Locale.ROOT,
                "%d %% loss, runs of %.0f, jitter %d ms: %.2f pictures a minute later than 200 ms, repairs %.3f of the media, sent %.2f Mbit/s, %d seeds%n",
                percent,
                burst,
                jitterMillis,
                latePerMinute,
                repairs,
                sent * 8e-6 / SEEDS / SECONDS,
                SEEDS);
        assertThat(latePerMinute).isLessThanOrEqualTo(mostLatePerMinute);
        assertThat(repairs).isLessThanOrEqualTo(mostRepairs);
    }
}
