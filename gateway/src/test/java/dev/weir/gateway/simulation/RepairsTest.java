package dev.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.webrtc.impair.PathConditions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is sent again unasked, and where nothing is. In virtual time. */
class RepairsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(20));

    private final SimulatedStream stream = new SimulatedStream(9);
    private final SimulatedStream.Viewer viewer = stream.new Viewer(11, CLEAN);

    private ViewerStats.Outbound sent() {
        return viewer.egress.stats().outbound().get(0);
    }

    /** Lets the path be so for twenty seconds, the first three of which do not count; returns what was sent before these. */
    private ViewerStats.Outbound goThrough(PathConditions down, PathConditions back) {
        stream.time.run(5 * SECOND);
        viewer.down.change(down);
        viewer.back.change(back);
        stream.time.run(3 * SECOND);
        viewer.startCounting();
        ViewerStats.Outbound before = sent();
        stream.time.run(20 * SECOND);
        return before;
    }

    @Test
    void lossIsRepairedByWhatFeedbackTellsThoughNoNackEverComes() {
        viewer.losesNacks = true;
        ViewerStats.Outbound before = goThrough(CLEAN.withLoss(0.05, 1), CLEAN);

        assertThat(sent().nackCount() - before.nackCount()).isZero();
        assertThat(viewer.shownFrames()).as("of 600").isGreaterThan(590);
    }

    @Test
    void whatFeedbackTellsFirstIsNotAnsweredAgainWhenItsNackComes() {
        // A loss of one in a hundred is below what calls for second copies.
        ViewerStats.Outbound before = goThrough(CLEAN.withLoss(0.01, 1), CLEAN);

        long lost = Math.round(0.01 * (sent().packetsSent() - before.packetsSent()));
        long repairs = sent().retransmittedPacketsSent() - before.retransmittedPacketsSent();
        assertThat(repairs).as("of some %d lost", lost).isBetween(lost / 2, 3 * lost / 2);
        assertThat(sent().nackCount() - before.nackCount()).isPositive();
    }

    @Test
    void reorderedPacketsAreNotSentAgainUnasked() {
        viewer.losesNacks = true;
        ViewerStats.Outbound before = goThrough(CLEAN.withDisorder(0.2, 0), CLEAN);

        long repairs = sent().retransmittedPacketsSent() - before.retransmittedPacketsSent();
        assertThat(repairs).isLessThan((sent().packetsSent() - before.packetsSent()) / 100);
        assertThat(viewer.shownFrames()).as("of 600").isGreaterThan(590);
    }

    @Test
    void onAPathThatIsFullNobodyGetsMoreThanWasAskedFor() {
        ViewerStats.Outbound before =
                goThrough(CLEAN.withRate(1_000_000, Duration.ofMillis(300)).withLoss(0.05, 1), CLEAN);

        long repairs = sent().retransmittedPacketsSent() - before.retransmittedPacketsSent();
        assertThat(repairs).isLessThanOrEqualTo(sent().nackCount() - before.nackCount());
    }
}
