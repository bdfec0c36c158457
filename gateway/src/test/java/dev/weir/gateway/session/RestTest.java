package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RestTest {
    private static final long MILLI = 1_000_000;

    private final AtomicInteger wakes = new AtomicInteger();
    private final Rest rest = new Rest(wakes::incrementAndGet, 0);

    @Test
    void beginsAQuarterOfASecondAfterTheLastPacketAndWakesOnceWithTheNext() {
        rest.onActivity(100 * MILLI);

        assertThat(rest.begins(349 * MILLI)).isFalse();
        assertThat(rest.begins(350 * MILLI)).isTrue();
        assertThat(wakes).hasValue(0);

        rest.onActivity(360 * MILLI);
        rest.onActivity(361 * MILLI);

        assertThat(wakes).hasValue(1);
        assertThat(rest.begins(362 * MILLI)).isFalse();
    }

    @Test
    void nothingIsWokenWhileMediaFlows() {
        for (long now = 0; now < 10_000 * MILLI; now += 25 * MILLI) {
            rest.onActivity(now);
            assertThat(rest.begins(now + MILLI)).isFalse();
        }

        assertThat(wakes).hasValue(0);
    }
}
