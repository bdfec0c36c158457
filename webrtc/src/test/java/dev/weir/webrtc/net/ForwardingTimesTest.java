package dev.weir.webrtc.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForwardingTimesTest {
    private static final long MILLI = 1_000_000;

    private final ForwardingTimes times = new ForwardingTimes();

    private long counted() {
        return IntStream.range(0, DurationHistogram.size())
                .mapToLong(times.histogram()::count)
                .sum();
    }

    @Test
    void aPeersShareCountsWhenTheCallAfterItIsDone() {
        times.next(0, 7, MILLI);
        times.next(0, 7, 2 * MILLI);
        times.next(0, 7, 3 * MILLI);
        assertThat(counted()).as("nothing was sent yet").isZero();

        // A call was done while the third was served: it took the two before.
        times.next(0, 8, 4 * MILLI);
        assertThat(counted()).isEqualTo(2);
        assertThat(times.histogram().sumSeconds()).isEqualTo(0.008);

        times.end(9, 10 * MILLI);
        assertThat(counted()).isEqualTo(4);
        assertThat(times.histogram().sumSeconds()).isEqualTo(0.028);
    }

    @Test
    void thoseWhoAreSentNothingDoNotWaitForEver() {
        for (int i = 0; i < 1_000; i++) {
            times.next(0, 1, MILLI);
        }
        times.end(1, MILLI);

        assertThat(counted()).isEqualTo(1_000);
    }
}
