package dev.weir.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 2198. */
class RedPayloadTest {
    private final RedPayload red = new RedPayload();

    private boolean read(String hex) {
        ByteBuffer packet = ByteBuffer.wrap(HexFormat.of().parseHex("eeeeee" + hex));
        return red.read(packet, 3, packet.limit() - 3);
    }

    @Test
    void repetitionsStandBeforeThePrimaryBlockOldestFirst() {
        // 111, 1,920 ticks, 2 bytes; 111, 960 ticks, 3 bytes; 111: the rest.
        assertThat(read("EF 1E00 02 EF 0F00 03 6F AAAA BBBBBB CCCCCCCC".replace(" ", "")))
                .isTrue();

        assertThat(red.primary()).isEqualTo(2);
        int[] lengths = {2, 3, 4};
        int[] starts = {12, 14, 17};
        int[] offsets = {1_920, 960, 0};
        for (int i = 0; i < 3; i++) {
            assertThat(red.payloadType(i)).isEqualTo(111);
            assertThat(red.length(i)).isEqualTo(lengths[i]);
            assertThat(red.start(i)).isEqualTo(starts[i]);
            assertThat(red.timestampOffset(i)).isEqualTo(offsets[i]);
        }
    }

    @Test
    void thePrimaryBlockMayBeAloneOrEmpty() {
        assertThat(read("6FAA")).isTrue();
        assertThat(red.primary()).isZero();
        assertThat(red.length(0)).isEqualTo(1);
        assertThat(read("EF0F00016FAA")).isTrue();
        assertThat(red.length(1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EF", "EF0F00", "EF0F0001", "EF0F00026FAA", "EF0F00FFEF0F00FF6F"})
    void whatEndsTooEarlyIsRefused(String hex) {
        assertThat(read(hex)).isFalse();
    }

    @Test
    void noBytesMakeABlockThatReachesOverTheEnd() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer packet = ByteBuffer.allocate(random.nextInt(100));
            for (int i = 0; i < packet.limit(); i++) {
                packet.put(i, (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(4) - 2));
            }
            if (red.read(packet, 0, packet.limit())) {
                int last = red.primary();
                assertThat(red.start(last) + red.length(last)).isEqualTo(packet.limit());
                assertThat(red.length(last)).isNotNegative();
                assertThat(red.start(0)).isPositive();
            }
        }
    }
}
