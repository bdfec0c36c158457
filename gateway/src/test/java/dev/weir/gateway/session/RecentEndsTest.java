package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentEndsTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RecentEnds ends = new RecentEnds(() -> now);

    private void end(String stream, long packets) {
        SessionEnd end = new SessionEnd(
                EndReason.STALLED,
                "",
                now,
                Duration.ZERO,
                Duration.ZERO,
                1,
                packets,
                0,
                0,
                List.of(),
                "",
                List.of(),
                List.of(),
                0,
                0);
        ends.onEnded(Session.create(SessionRole.PUBLISHER, stream), end);
    }

    @Test
    void keepsTheLastFiveOfAStream() {
        for (int i = 0; i < 9; i++) {
            end("a", i);
        }
        end("b", 100);

        assertThat(ends.of("a")).extracting(ended -> ended.end().packets()).containsExactly(8L, 7L, 6L, 5L, 4L);
        assertThat(ends.of("b")).hasSize(1);
        assertThat(ends.of("c")).isEmpty();
    }

    @Test
    void forgetsAfterTenMinutes() {
        end("a", 1);
        now = now.plus(Duration.ofMinutes(9));
        end("a", 2);
        now = now.plus(Duration.ofMinutes(2));

        assertThat(ends.of("a")).extracting(ended -> ended.end().packets()).containsExactly(2L);
    }

    @Test
    void junkStreamsDoNotFillTheMemory() {
        for (int i = 0; i < 5_000; i++) {
            end("stream-" + i, i);
        }

        assertThat(ends.of("stream-0")).isEmpty();
        assertThat(ends.of("stream-4000")).hasSize(1);
        assertThat(ends.of("stream-3999")).isEmpty();
    }
}
