package dev.weir.standalone.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestClipTest {

    @Test
    void holdsEightSecondsWithAKeyframeEachSecond() throws Exception {
        TestClip clip = TestClip.load();

        assertThat(clip.pictures()).hasSize(200);
        assertThat(clip.audio()).hasSize(400);
        for (int i = 0; i < clip.pictures().size(); i++) {
            assertThat(clip.pictures().get(i).keyframe()).as("picture %s", i).isEqualTo(i % 25 == 0);
        }
    }

    @Test
    void keyframesCarryTheirParameterSetsAndNoDelimiter() throws Exception {
        ByteBuffer first = TestClip.load().pictures().get(0).annexB();

        assertThat(first.getInt(0)).as("start code").isEqualTo(1);
        assertThat(first.get(4) & 0x1F).as("sequence parameter set").isEqualTo(7);
        assertThat(String.format("%02x%02x%02x", first.get(5), first.get(6), first.get(7)))
                .isEqualTo(TestClip.PROFILE_LEVEL_ID);
    }

    @Test
    void audioPacketsAreStereoFramesOfTwentyMilliseconds() throws Exception {
        for (ByteBuffer packet : TestClip.load().audio()) {
            int toc = packet.get(0) & 0xFF;
            assertThat(toc & 0x04).as("stereo").isNotZero();
            assertThat(toc & 0x03).as("one frame per packet").isZero();
            assertThat(toc >> 3).as("CELT or hybrid configuration of 20 ms").isIn(13, 15, 19, 23, 27, 31);
        }
    }

    @Test
    void packetsLongerThanASegmentAndAcrossPagesAreJoined() {
        // given: 255 + 10 bytes over two pages, then a packet of exactly 255 that ends with an empty segment
        byte[] first = page(new int[] {255}, 255);
        byte[] second = page(new int[] {10, 255, 0}, 265);
        byte[] file = new byte[first.length + second.length];
        System.arraycopy(first, 0, file, 0, first.length);
        System.arraycopy(second, 0, file, first.length, second.length);

        // when
        List<ByteBuffer> packets = OggPackets.read(file);

        // then
        assertThat(packets).extracting(ByteBuffer::remaining).containsExactly(265, 255);
    }

    @Test
    void somethingElseIsRefused() {
        assertThatThrownBy(() -> OggPackets.read(new byte[40])).hasMessage("no Ogg page at offset 0");
        assertThatThrownBy(() -> AccessUnit.split(new byte[] {0, 0, 1, 0x65, 1}))
                .hasMessageContaining("access unit delimiter");
    }

    private static byte[] page(int[] segments, int bodyLength) {
        byte[] page = new byte[27 + segments.length + bodyLength];
        System.arraycopy("OggS".getBytes(StandardCharsets.US_ASCII), 0, page, 0, 4);
        page[26] = (byte) segments.length;
        for (int i = 0; i < segments.length; i++) {
            page[27 + i] = (byte) segments[i];
        }
        return page;
    }
}
