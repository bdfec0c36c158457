package dev.weir.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnwrapperTest {
    /** RFC 1982 section 5.2, with 16 bits. */
    @Test
    void distanceIsSigned() {
        assertThat(SequenceNumbers.distance(1, 2)).isEqualTo(1);
        assertThat(SequenceNumbers.distance(65_535, 0)).isEqualTo(1);
        assertThat(SequenceNumbers.distance(0, 65_535)).isEqualTo(-1);
        assertThat(SequenceNumbers.distance(0, 32_768)).isEqualTo(-32_768);
        assertThat(SequenceNumbers.isNewer(0, 65_535)).isTrue();
        assertThat(SequenceNumbers.isNewer(65_535, 0)).isFalse();
        assertThat(SequenceNumbers.isNewer(5, 5)).isFalse();
        assertThat(SequenceNumbers.plus(65_535, 2)).isEqualTo(1);
    }

    @Test
    void sequenceFollowsAReorderedWrap() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();

        assertThat(unwrapper.highest()).isEqualTo(-1);
        assertThat(unwrapper.unwrap(2)).isEqualTo(65_538);
        assertThat(unwrapper.unwrap(65_535)).isEqualTo(65_535);
        assertThat(unwrapper.unwrap(3)).isEqualTo(65_539);
        assertThat(unwrapper.highest()).isEqualTo(65_539);
    }

    @Test
    void timestampFollowsAReorderedWrap() {
        TimestampUnwrapper unwrapper = new TimestampUnwrapper();

        assertThat(unwrapper.unwrap(0xFFFF_FFF0L)).isEqualTo(0x1_FFFF_FFF0L);
        assertThat(unwrapper.unwrap(0x10)).isEqualTo(0x2_0000_0010L);
        assertThat(unwrapper.unwrap(0xFFFF_FFFFL)).isEqualTo(0x1_FFFF_FFFFL);
        assertThat(unwrapper.peek(0x20)).isEqualTo(0x2_0000_0020L);
        assertThat(unwrapper.highest()).isEqualTo(0x2_0000_0010L);
    }

    @Test
    void anyWalkWithJumpsBelowHalfTheRangeIsFollowed() {
        long seed = 1982;
        SplittableRandom random = new SplittableRandom(seed);
        SequenceUnwrapper sequences = new SequenceUnwrapper();
        TimestampUnwrapper timestamps = new TimestampUnwrapper();
        long sequence = 0x1_0000L + random.nextInt(0x1_0000);
        long timestamp = 0x1_0000_0000L + random.nextLong(0x1_0000_0000L);
        for (int i = 0; i < 100_000; i++) {
            assertThat(sequences.unwrap((int) sequence & 0xFFFF))
                    .as("seed %d step %d", seed, i)
                    .isEqualTo(sequence);
            assertThat(timestamps.unwrap(timestamp & 0xFFFF_FFFFL))
                    .as("seed %d step %d", seed, i)
                    .isEqualTo(timestamp);
            sequence = Math.max(0, sequences.highest() + random.nextInt(-1_000, 32_767));
            timestamp = Math.max(0, timestamps.highest() + random.nextInt(-1_000_000, Integer.MAX_VALUE));
        }
    }
}
