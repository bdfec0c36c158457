package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream without layers, and a viewer whose path carries half of it: whole frames or none, and nobody else notices. */
class ThinPathTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(20));
    /** Frames of 9 packets of 972 bytes on the wire, and a keyframe of three times that every two seconds. */
    private static final double FRAME_BITS = 9 * 972 * 8;

    @Test
    void aThinPathGetsWholeFramesOrNoneAndRecoversWhileOthersSeeEverything() {
        SimulatedStream stream = new SimulatedStream(3);
        stream.time.run(SECOND);
        SimulatedStream.Viewer good = stream.new Viewer(1, CLEAN);
        SimulatedStream.Viewer poor = stream.new Viewer(2, CLEAN);
        stream.time.run(3 * SECOND);
        assertThat(poor.wholeFrames()).isGreaterThan(80);

        poor.down.change(CLEAN.withRate(350_000, Duration.ofMillis(500)));
        stream.time.run(2 * SECOND);
        poor.startCounting();
        good.startCounting();
        stream.time.run(20 * SECOND);

        int whole = poor.wholeFrames();
        assertThat(whole).as("degraded, not dead").isBetween(60, 480);
        assertThat(poor.tornFrames()).as("torn by the path itself, in 20 s").isLessThanOrEqualTo(8);
        assertThat(good.wholeFrames()).as("the other viewer").isGreaterThanOrEqualTo(598);
        assertThat(poor.egress.stats().availableOutgoingBitrate()).isBetween(200_000L, 450_000L);

        poor.down.change(CLEAN);
        stream.time.run(15 * SECOND);
        poor.startCounting();
        stream.time.run(5 * SECOND);
        assertThat(poor.wholeFrames()).as("recovered").isGreaterThanOrEqualTo(145);
    }

    private static double mostFramesPerSecond(long bps) {
        return (2 * bps - 3 * FRAME_BITS) / FRAME_BITS / 2 + 0.5;
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, 500_000, 1_000_000, 1_500_000, 1_900_000})
    void aThinPathIsAlwaysInUseAndNothingWaitsLong(long bps) {
        SimulatedStream stream = new SimulatedStream(9);
        SimulatedStream.Viewer viewer = stream.new Viewer(3, CLEAN);
        stream.time.run(5 * SECOND);
        viewer.down.change(CLEAN.withRate(bps, Duration.ofMillis(500)));
        stream.time.run(4 * SECOND);
        viewer.startCounting();
        long asked = stream.publisher.plis;
        stream.time.run(30 * SECOND);

        double shown = viewer.shownFrames() / 30.0;
        double asks = (stream.publisher.plis - asked) / 30.0;
        System.out.printf(
                Locale.ROOT,
                "%d kbit/s: %.1f frames/s of %.1f, latest %d ms, %.2f keyframes asked a second%n",
                bps / 1_000,
                shown,
                mostFramesPerSecond(bps),
                viewer.latestNanos() / 1_000_000,
                asks);
        assertThat(shown).isGreaterThan((bps < 1_000_000 ? 0.65 : 0.9) * mostFramesPerSecond(bps));
        // The frame under way when the watch began, and the one when it ended.
        assertThat(viewer.tornFrames()).isLessThanOrEqualTo(2);
        assertThat(viewer.latestNanos() / 1e9)
                .as("a second here, half a second there, and the frame under way")
                .isLessThan(1.5 + 3 * FRAME_BITS / bps);
        assertThat(asks).isLessThanOrEqualTo(0.51);
    }
}
