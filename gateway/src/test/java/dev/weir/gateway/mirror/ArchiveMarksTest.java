package dev.weir.gateway.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.ArchiveObject;
import dev.weir.schemas.StreamCondition;
import dev.weir.schemas.StreamState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ArchiveMarksTest {
    private final ArchiveMarks marks = new ArchiveMarks();

    private static StreamState state(long epoch, StreamCondition condition, long ackedOffset) {
        return new StreamState(
                "cam",
                epoch,
                condition,
                1,
                2,
                Optional.empty(),
                List.of(),
                0,
                3,
                ackedOffset,
                9,
                OptionalLong.of(700),
                -1,
                OptionalLong.empty());
    }

    private static ArchiveObject object(long epoch, long offset, boolean last) {
        return new ArchiveObject(
                "cam",
                epoch,
                "cam/" + epoch + "/" + offset + ".mp4",
                "cam/" + epoch + "/" + offset + ".json",
                "mp4",
                1,
                "",
                0,
                1,
                Map.of(),
                List.of(),
                "weir.media.v1",
                3,
                0,
                offset,
                last,
                offset,
                OptionalLong.of(offset * 10));
    }

    @Test
    void aLiveStreamTellsTheLatestMarkOfItsEpoch() {
        assertThat(marks.marked(state(2, StreamCondition.LIVE, 50)).archivedOffset())
                .isEqualTo(-1);
        assertThat(marks.archived(object(2, 30, false), 5)).isEmpty();
        assertThat(marks.archived(object(2, 20, false), 5)).isEmpty();

        StreamState told = marks.marked(state(2, StreamCondition.LIVE, 50));

        assertThat(told.archivedOffset()).isEqualTo(30);
        assertThat(told.archivedArrivalMicros()).hasValue(300);
        assertThat(told.kafkaAckedOffset()).isEqualTo(50);
        assertThat(marks.marked(state(3, StreamCondition.LIVE, 60)).archivedOffset())
                .isEqualTo(-1);
    }

    @Test
    void aStreamThatIsOverIsToldAgainUntilAllIsArchived() {
        marks.marked(state(2, StreamCondition.OFFLINE, 50));

        StreamState first = marks.marked(marks.archived(object(2, 30, false), 5).orElseThrow());
        StreamState last = marks.marked(marks.archived(object(2, 49, true), 6).orElseThrow());

        assertThat(first.archivedOffset()).isEqualTo(30);
        assertThat(first.updatedMicros()).isEqualTo(5);
        assertThat(last.archivedOffset()).isEqualTo(last.kafkaAckedOffset());
        assertThat(last.archivedArrivalMicros()).isEqualTo(last.kafkaAckedArrivalMicros());
        assertThat(marks.archived(object(2, 49, true), 7)).isEmpty();
    }

    @Test
    void anObjectOfAFormerEpochOrAnotherStreamIsNoReasonToTell() {
        marks.marked(state(2, StreamCondition.OFFLINE, 50));
        marks.marked(state(3, StreamCondition.LIVE, 60));

        assertThat(marks.archived(object(2, 49, true), 6)).isEmpty();
        assertThat(marks.marked(state(3, StreamCondition.LIVE, 61)).archivedOffset())
                .isEqualTo(-1);
    }
}
