package dev.weir.connector.assemble;

import static dev.weir.connector.assemble.TwoTracks.AUDIO;
import static dev.weir.connector.assemble.TwoTracks.VIDEO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.AssembledEvent.GapFound;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.LogOf;
import dev.weir.schemas.Gap;
import dev.weir.schemas.RelayBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing is declared, and what is there can be decoded. */
class GapsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void lossReorderingAndDuplicatesLeaveOnlyWholeFramesAndDeclareTheRest(long seed) {
        // given
        List<RelayBatch> log =
                TwoTracks.log().batches(entries -> Mishaps.impaired(entries, new SplittableRandom(seed)));

        // when
        Assembled assembled = Assembled.of(log);
        Assembled again = Assembled.of(log);

        // then
        String says = "seed " + seed;
        assertThat(assembled.events()).as(says).isEqualTo(again.events());
        assertThat(assembled.frames(1)).as(says).extracting(Frame::data).isSubsetOf(AUDIO.units());
        assertThat(assembled.frames(1))
                .as(says)
                .extracting(Frame::ptsTicks)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(assembled.gaps()).as(says).isNotEmpty();
        int missingAudio = AUDIO.units().size() - assembled.frames(1).size();
        assertThat(assembled.gaps().stream()
                        .filter(gap -> gap.trackIndex() == 1)
                        .mapToLong(GapFound::packets)
                        .sum())
                .as(says)
                .isEqualTo(missingAudio);
        assertThat(decodable(assembled)).as(says).isTrue();
    }

    /** Every picture follows the one before it, or is a keyframe. */
    private static boolean decodable(Assembled assembled) {
        int expected = 0;
        for (Frame frame : assembled.frames(0)) {
            int number = VIDEO.units().indexOf(frame.data());
            if (number < 0 || number < expected || (number > expected && !frame.keyframe())) {
                return false;
            }
            expected = number + 1;
        }
        return expected > 200;
    }

    @Test
    void aLostVideoPacketCostsThePicturesUpToTheNextKeyframe() {
        // given: the first packet of picture 30 is lost; keyframes are 0, 25, 50, …
        long lostAt = LogOf.wall(30 * 40_000);

        // when
        Assembled assembled = Assembled.of(TwoTracks.log()
                .batches(Mishaps.without(packet -> packet.trackIndex() == 0 && packet.arrivalMicros() == lostAt)));

        // then
        assertThat(assembled.frames(0)).hasSize(VIDEO.units().size() - 20);
        assertThat(assembled.frames(1)).hasSize(AUDIO.units().size());
        assertThat(assembled.gaps()).hasSize(1);
        GapFound gap = assembled.gaps().get(0);
        assertThat(gap.trackIndex()).isZero();
        assertThat(gap.fromPtsMicros()).isEqualTo(30 * 40_000);
        assertThat(gap.toPtsMicros()).isEqualTo(50 * 40_000);
        assertThat(gap.reason()).isEqualTo("packets-lost");
        assertThat(gap.packets()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void damagedPicturesCanBeKept() {
        long lostAt = LogOf.wall(30 * 40_000);
        List<RelayBatch> log = TwoTracks.log()
                .batches(Mishaps.without(packet -> packet.trackIndex() == 0 && packet.arrivalMicros() == lostAt));
        AssembleConfig keep =
                new AssembleConfig(AssembleConfig.ARCHIVE.reorderWindow(), AssembleConfig.ARCHIVE.syncHold(), true);

        assertThat(Assembled.of(log, keep).frames(0))
                .hasSizeGreaterThanOrEqualTo(VIDEO.units().size() - 1);
    }

    @Test
    void theReasonOfTheLogsOwnGapIsKept() {
        // given
        long from = 4_000_000;
        long to = 4_500_000;
        LogOf log = TwoTracks.log().entry(to, new Gap(-1, LogOf.wall(from), LogOf.wall(to), 60, "mirror-queue-full"));

        // when
        Assembled assembled = Assembled.of(log.batches(Mishaps.without(
                packet -> packet.arrivalMicros() >= LogOf.wall(from) && packet.arrivalMicros() < LogOf.wall(to))));

        // then
        assertThat(assembled.gaps()).extracting(GapFound::reason).containsOnly("mirror-queue-full");
        assertThat(assembled.gaps()).extracting(GapFound::trackIndex).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aGapAtTheVeryEndIsDeclared() {
        long end = AUDIO.units().size() * 20_000L;
        LogOf log = TwoTracks.log()
                .entry(
                        11_000_000,
                        new Gap(-1, LogOf.wall(10_000_000), LogOf.wall(11_000_000), 60, "mirror-queue-full"));

        assertThat(Assembled.of(log.batches()).gaps())
                .containsExactly(new GapFound(-1, end, end + 1_000_000, 60, "mirror-queue-full"));
    }

    @Test
    void picturesBeforeTheFirstKeyframeAreDeclared() {
        // given: the log starts at picture 10
        Assembled assembled = Assembled.of(
                TwoTracks.log().batches(Mishaps.without(packet -> packet.arrivalMicros() < LogOf.wall(10 * 40_000))));

        // then
        assertThat(assembled.frames(0).get(0).keyframe()).isTrue();
        assertThat(assembled.frames(0)).hasSize(VIDEO.units().size() - 25);
        assertThat(assembled.frames(1)).hasSize(AUDIO.units().size() - 20);
        assertThat(assembled.gaps()).hasSize(1);
        assertThat(assembled.gaps().get(0).reason()).isEqualTo("no-keyframe");
        assertThat(assembled.gaps().get(0).fromPtsMicros()).isZero();
        assertThat(assembled.gaps().get(0).toPtsMicros()).isEqualTo(600_000);
    }
}
