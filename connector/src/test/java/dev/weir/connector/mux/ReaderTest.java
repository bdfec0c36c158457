package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.media.Assembled;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.rtp.MediaKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReaderTest {
    private static TrackFormat video(Codec codec) {
        return new TrackFormat(0, "video", MediaKind.VIDEO, codec, 90_000, 0, 640, 360, ByteBuffer.allocate(12));
    }

    private static Frame frame(long pts, boolean keyframe, int bytes) {
        return new Frame(0, 90_000, pts, 3_000, keyframe, ByteBuffer.allocate(bytes), 0, 0);
    }

    private static ByteBuffer file(Codec codec) {
        ContainerWriter writer = ContainerWriter.of(List.of(video(codec)));
        for (int i = 0; i < 200; i++) {
            writer.add(frame(1_000_000 + 3_000L * i, i % 30 == 0, 10 + i));
        }
        return writer.finish();
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP9", "VP8"})
    void anyCutOrFlippedByteGivesAFileOrAnErrorOfOurs(Codec codec) throws Exception {
        ByteBuffer whole = file(codec);
        long seed = ThreadLocalRandom.current().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 3_000; round++) {
            byte[] bytes = Assembled.bytes(whole);
            int flips = random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                bytes[random.nextInt(round % 2 == 0 ? 600 : bytes.length)] = (byte) random.nextInt();
            }
            int length = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
            try {
                MediaFile.read(ByteBuffer.wrap(bytes, 0, length));
            } catch (MalformedMediaException expected) {
                assertThat(expected.getMessage()).as("seed " + seed).isNotEmpty();
            } catch (RuntimeException bug) {
                throw new AssertionError("seed " + seed + " round " + round, bug);
            }
        }
        assertThat(MediaFile.read(whole).tracks().get(0).samples()).hasSize(200);
    }

    @Test
    void aTruncatedFileIsNotWhole() {
        ByteBuffer whole = file(Codec.VP9);

        assertThatThrownBy(() -> MediaFile.read(whole.slice(0, whole.limit() - 1)))
                .isInstanceOf(MalformedMediaException.class);
        assertThatThrownBy(() -> MediaFile.read(ByteBuffer.allocate(3))).isInstanceOf(MalformedMediaException.class);
    }

    @Test
    void reorderedFramesKeepTheirPresentationTimes() throws Exception {
        // given: decoding order I P B B
        ContainerWriter writer = ContainerWriter.of(List.of(video(Codec.VP9)));
        long[] presented = {0, 9_000, 3_000, 6_000, 18_000, 12_000, 15_000};
        for (long pts : presented) {
            writer.add(frame(pts, pts == 0, 20));
        }

        // when
        List<MediaFile.Sample> samples =
                MediaFile.read(writer.finish()).tracks().get(0).samples();

        // then
        assertThat(samples)
                .extracting(MediaFile.Sample::ptsTicks)
                .containsExactly(0L, 9_000L, 3_000L, 6_000L, 18_000L, 12_000L, 15_000L);
        assertThat(samples).extracting(MediaFile.Sample::dtsTicks).isSorted();
        assertThat(samples).extracting(MediaFile.Sample::durationTicks).containsOnly(3_000L);
    }

    @Test
    void aLongPauseLeavesAHoleAndNotAnEndlessSample() throws Exception {
        ContainerWriter writer = ContainerWriter.of(List.of(video(Codec.VP9)));
        writer.add(frame(0, true, 20));
        writer.add(frame(90_000L * 3_600, true, 20));

        List<MediaFile.Sample> samples =
                MediaFile.read(writer.finish()).tracks().get(0).samples();

        assertThat(samples.get(0).durationTicks()).isEqualTo(3_000);
        assertThat(samples.get(1).dtsTicks()).isEqualTo(90_000L * 3_600);
    }
}
