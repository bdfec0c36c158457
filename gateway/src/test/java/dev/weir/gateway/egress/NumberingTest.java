package dev.weir.gateway.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PictureInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Numbers stay in one row whatever is left out, late or changed. */
class NumberingTest {
    @Test
    void whatIsLeftOutClosesUpAndWhatIsMissingKeepsItsPlace() {
        Renumbering numbers = new Renumbering(16);
        numbers.follow(100, 7);
        assertThat(numbers.map(100)).isEqualTo(7);
        assertThat(numbers.skip(101)).isEqualTo(Renumbering.NOWHERE);
        assertThat(numbers.map(102)).isEqualTo(8);
        // 103 is missing.
        assertThat(numbers.map(104)).isEqualTo(10);
        assertThat(numbers.skip(105)).isEqualTo(Renumbering.NOWHERE);
        assertThat(numbers.map(106)).isEqualTo(11);
        assertThat(numbers.map(103)).as("late").isEqualTo(9);
        assertThat(numbers.map(101)).as("left out before").isEqualTo(Renumbering.NOWHERE);
        assertThat(numbers.map(99)).as("from before the start").isEqualTo(Renumbering.NOWHERE);
    }

    @Test
    void aLatePlaceThatIsNotWantedHasToBeFilled() {
        Renumbering numbers = new Renumbering(16);
        numbers.follow(100, 7);
        long unused = numbers.map(100) + numbers.map(102);
        assertThat(numbers.skip(101)).isEqualTo(8);
    }

    @RepeatedTest(200)
    void everyNumberIsGivenOnceAndNoneIsLeftOver(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        Renumbering numbers = new Renumbering(256);
        List<Long> arrivals = new ArrayList<>();
        for (long source = 1_000; source < 2_000; source++) {
            int back = random.nextInt(10) == 0 ? random.nextInt(Math.min(20, arrivals.size() + 1)) : 0;
            arrivals.add(arrivals.size() - back, source);
        }
        boolean[] wanted = new boolean[1_000];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = random.nextInt(4) != 0;
        }
        wanted[0] = true;
        numbers.follow(1_000, 5_000);
        List<Long> out = new ArrayList<>();
        for (long source : arrivals) {
            long target = wanted[(int) source - 1_000] ? numbers.map(source) : numbers.skip(source);
            if (target != Renumbering.NOWHERE) {
                out.add(target);
            }
        }
        out.sort(Long::compare);
        for (int i = 0; i < out.size(); i++) {
            assertThat(out.get(i))
                    .as("seed %d", repetition.getCurrentRepetition())
                    .isEqualTo(5_000 + i);
        }
    }

    @Test
    void whatIsAddedGoesRightBeforeTheNewestAndMovesWhatFollows() {
        Renumbering numbers = new Renumbering(16);
        numbers.follow(100, 7);
        assertThat(numbers.insert(100)).as("at the very start").isEqualTo(7);
        assertThat(numbers.insert(100)).isEqualTo(8);
        assertThat(numbers.map(100)).isEqualTo(9);
        assertThat(numbers.insert(100)).as("that went out").isEqualTo(Renumbering.NOWHERE);
        // 101 is missing.
        assertThat(numbers.insert(102)).isEqualTo(11);
        assertThat(numbers.map(102)).isEqualTo(12);
        assertThat(numbers.map(101)).as("late").isEqualTo(10);
        assertThat(numbers.skip(103)).isEqualTo(Renumbering.NOWHERE);
        assertThat(numbers.map(104)).isEqualTo(13);
    }

    private static long picture(int id, int tl0, int temporal) {
        ByteBuffer payload = ByteBuffer.allocate(8);
        payload.put((byte) 0x90)
                .put((byte) 0xE0)
                .putShort((short) (0x8000 | id))
                .put((byte) tl0);
        payload.put((byte) (temporal << 6)).put((byte) 1).put((byte) 0);
        return PictureInfo.of(Codec.VP8, payload.flip());
    }

    @Test
    void pictureNumbersStayAsTheyAreUntilSomethingIsChanged() {
        PictureNumbers numbers = new PictureNumbers(true);
        numbers.follow(picture(500, 9, 0));
        assertThat(numbers.map(picture(500, 9, 0))).isEqualTo(PictureNumbers.AS_IT_IS);
        assertThat(numbers.map(picture(501, 9, 1))).isEqualTo(PictureNumbers.AS_IT_IS);
    }

    @Test
    void pictureNumbersGoOnOverAChangeOfSourceAndOverTheirWrap() {
        PictureNumbers numbers = new PictureNumbers(true);
        numbers.follow(picture(0x7FFE, 254, 0));
        assertThat(numbers.map(picture(0x7FFE, 254, 0))).isEqualTo(PictureNumbers.AS_IT_IS);
        assertThat(numbers.map(picture(0x7FFF, 255, 0))).isEqualTo(PictureNumbers.AS_IT_IS);

        numbers.follow(picture(77, 3, 0));

        assertThat(numbers.map(picture(77, 3, 0))).isEqualTo(0 << 8);
        assertThat(numbers.map(picture(77, 3, 0)))
                .as("second packet of the picture")
                .isEqualTo(0 << 8);
        assertThat(numbers.map(picture(78, 3, 1))).isEqualTo(1 << 8);
        assertThat(numbers.map(picture(79, 4, 0))).isEqualTo(2 << 8 | 1);
    }

    @Test
    void picturesLeftOutCloseUpInVp8Only() {
        for (boolean vp8 : new boolean[] {true, false}) {
            PictureNumbers numbers = new PictureNumbers(vp8);
            numbers.follow(picture(500, 9, 0));
            int unused = numbers.map(picture(500, 9, 0));
            numbers.skip(picture(501, 9, 2));
            numbers.skip(picture(501, 9, 2));
            int next = numbers.map(picture(502, 9, 1));
            assertThat(next).isEqualTo(vp8 ? 501 << 8 | 9 : PictureNumbers.AS_IT_IS);
        }
    }

    @Test
    void numbersAreWrittenInPlace() {
        byte[] payload = {(byte) 0x90, (byte) 0xE0, (byte) 0x81, (byte) 0xF4, 9, 0, 1, 0};
        long info = PictureInfo.of(Codec.VP8, ByteBuffer.wrap(payload));
        PictureInfo.rewrite(info, payload, 0, 0x1234, 0x56);
        long read = PictureInfo.of(Codec.VP8, ByteBuffer.wrap(payload));
        assertThat(PictureInfo.pictureId(read)).isEqualTo(0x1234);
        assertThat(PictureInfo.tl0(read)).isEqualTo(0x56);
        assertThat(PictureInfo.temporalLayer(read)).isZero();
    }
}
