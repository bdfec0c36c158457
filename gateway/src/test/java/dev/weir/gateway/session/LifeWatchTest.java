package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.session.LifeWatch.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Silence and age in virtual time. */
class LifeWatchTest {
    private static final long SECOND = 1_000_000_000L;
    /** So that the clock wraps within the test: only differences may count. */
    private final long start = Duration.ofNanos(Long.MAX_VALUE).minusSeconds(5).toNanos();

    private LifeWatch watch(SessionRole role, Duration stall, Duration max) {
        return new LifeWatch(role, LifeConfig.DEFAULT.withStallTimeout(stall).withMaxDuration(max), start);
    }

    @Test
    void aSilentPublisherIsTwiceSpokenOfAndOnceEnded() {
        LifeWatch watch = watch(SessionRole.PUBLISHER, Duration.ofSeconds(30), Duration.ZERO);
        watch.onConnected(start + SECOND);
        List<String> said = new ArrayList<>();
        for (long second = 1; second <= 60; second++) {
            long now = start + second * SECOND;
            if (second <= 10 || second == 20) {
                watch.onMedia(now);
            }
            Verdict verdict = watch.check(now);
            if (verdict != Verdict.NOTHING) {
                said.add(second + " " + verdict);
            }
            if (verdict == Verdict.END_STALLED) {
                break;
            }
        }

        assertThat(said).containsExactly("12 STALLS", "20 RESUMES", "22 STALLS", "50 END_STALLED");
    }

    @Test
    void oneThatNeverSentAnythingEndsByItsTimeSinceTheConnection() {
        LifeWatch watch = watch(SessionRole.PUBLISHER, Duration.ofSeconds(1), Duration.ZERO);
        watch.onConnected(start + 20 * SECOND);

        assertThat(watch.check(start + 20 * SECOND + SECOND - 1)).isEqualTo(Verdict.NOTHING);
        assertThat(watch.check(start + 21 * SECOND)).isEqualTo(Verdict.END_STALLED);
    }

    @Test
    void aViewerNeedSendNothing() {
        LifeWatch watch = watch(SessionRole.VIEWER, Duration.ofSeconds(1), Duration.ZERO);
        watch.onConnected(start);

        assertThat(watch.check(start + 3600 * SECOND)).isEqualTo(Verdict.NOTHING);
    }

    @Test
    void anAgeLimitEndsWhoeverReachesIt() {
        LifeWatch watch = watch(SessionRole.VIEWER, Duration.ofSeconds(1), Duration.ofSeconds(100));
        watch.onConnected(start + 50 * SECOND);

        assertThat(watch.check(start + 100 * SECOND - 1)).isEqualTo(Verdict.NOTHING);
        assertThat(watch.check(start + 100 * SECOND)).isEqualTo(Verdict.END_TIMED_OUT);
    }
}
