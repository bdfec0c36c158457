package dev.weir.gateway.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NackGeneratorTest {
    private static final long MILLI = 1_000_000;

    private final NackGenerator nacks = new NackGenerator(true);
    private final int[] due = new int[64];
    private long nowNanos = 1_000 * MILLI;

    /**
     * Answers that came soon after the second request raised the round trip by an eighth each, without a bound: above a
     * second no NACK was in time any more, for ever. Found by 1,000 seeds of the simulation.
     */
    @Test
    void lateAnswersDoNotMakeTheRoundTripGrowAwayFromWhatItIs() {
        long roundTrip = 150 * MILLI;
        for (int i = 0; i < 100; i++) {
            nacks.onGap(i, i + 1, nowNanos);
            assertThat(nacks.poll(due, nowNanos)).isOne();
            long askedAt = nowNanos;
            while (nowNanos + 5 * MILLI < askedAt + roundTrip) {
                nowNanos += 5 * MILLI;
                nacks.poll(due, nowNanos);
            }
            nowNanos = askedAt + roundTrip;
            assertThat(nacks.onRepaired(i, nowNanos)).isPositive();
        }

        assertThat(nacks.roundTripNanos()).isBetween(120 * MILLI, 180 * MILLI);
    }

    @Test
    void asksAgainUntilThereIsNoTimeLeft() {
        nacks.onGap(7, 8, nowNanos);
        int asked = 0;
        long begin = nowNanos;
        long last = 0;
        for (; nowNanos < begin + 2_000 * MILLI; nowNanos += 5 * MILLI) {
            int count = nacks.poll(due, nowNanos);
            asked += count;
            last = count > 0 ? nowNanos - begin : last;
            nacks.giveUp(nowNanos);
        }

        assertThat(asked).isBetween(5, 10);
        assertThat(last).as("the answer must come within a second").isLessThanOrEqualTo(900 * MILLI);
        assertThat(nacks.size()).isZero();
    }
}
