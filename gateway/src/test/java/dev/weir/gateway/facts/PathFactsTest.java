package dev.weir.gateway.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.egress.ViewerStats;
import dev.weir.gateway.ingest.PublisherStats;
import dev.weir.schemas.PathStats;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the log is told of the paths of publishers and viewers. */
class PathFactsTest {
    private static ViewerStats.Outbound outbound(String kind, int temporalLayer, int times) {
        return new ViewerStats.Outbound(
                "0", kind, "", temporalLayer, 1, 1, 1, 1, 0, 0, 5L * times, 1, 7L * times, 2L * times, times, 0, 0, 0);
    }

    @Test
    void aPublishersSecondsBecomeMilliseconds() {
        PublisherStats.Inbound source = new PublisherStats.Inbound("0", "video", "h", 1, 2, 3, 0.004, 5, 6, 7, 8, 0.09);

        assertThat(PathFacts.of(source))
                .isEqualTo(new PathStats(
                        Optional.of(90f), 6, 7, 8, 5, OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty()));
    }

    @Test
    void aViewersMLinesAreAddedUp() {
        ViewerStats viewer = new ViewerStats(
                List.of(outbound("audio", -1, 1), outbound("video", 1, 2)), 2_000_000, 0.031, 0, 0, 0, 0, 1, 0.0424);

        assertThat(PathFacts.of(viewer))
                .isEqualTo(new PathStats(
                        Optional.of(31f),
                        21,
                        6,
                        3,
                        15,
                        OptionalLong.of(2_000_000),
                        OptionalInt.of(42),
                        OptionalInt.of(1)));
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertThat(PathFacts.of(ViewerStats.NONE))
                .isEqualTo(new PathStats(
                        Optional.empty(), 0, 0, 0, 0, OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty()));
    }
}
