package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.media.LogOf.Timing;
import dev.weir.connector.mux.Packaging;
import dev.weir.schemas.RelayBatch;
import dev.weir.schemas.RelayBatchCodec;
import dev.weir.webrtc.codec.Codec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keyframe index and the thumbnails beside the objects. */
@Timeout(120)
class CompanionsTest {
    /** Where {@link Assembled} counts from. */
    private static final long ASSEMBLED_FROM = 100;

    private static final String EPOCH = LogOf.STREAM + "/" + LogOf.EPOCH + "/";

    @TempDir
    Path folder;

    private static ArchiveSettings settings(Packaging packaging) {
        return ArchiveSettings.builder()
                .segmentDuration(Duration.ofSeconds(3))
                .segmentBytes(10_000_000)
                .bufferBytes(100_000_000)
                .silence(Duration.ofMinutes(1))
                .packaging(packaging)
                .build();
    }

    private List<RelayBatch> log(Codec codec, int seconds) {
        return new LogOf()
                .track(EncodedStream.video(folder, codec, EncodedStream.picture(320, 180), seconds, 25), Timing.DIRECT)
                .track(EncodedStream.audio(folder, Codec.OPUS, "sine=frequency=440", seconds), Timing.DIRECT)
                .batches();
    }

    private Path archived(List<RelayBatch> batches, ArchiveSettings settings, String name) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        RelayBatchCodec codec = new RelayBatchCodec();
        new ArchiveRuns(batches.stream().map(codec::encode).toList(), settings).undisturbed(target);
        return target;
    }

    @ParameterizedTest
    @CsvSource({"H264, AUTO, mp4", "VP8, AUTO, webm", "VP9, MKV, mkv"})
    void theIndexLeadsToTheBytesOfEveryKeyframe(Codec codec, Packaging packaging, String extension) throws Exception {
        // given
        List<RelayBatch> batches = log(codec, 5);
        List<Frame> keyframes =
                Assembled.of(batches).frames(0).stream().filter(Frame::keyframe).toList();

        // when
        Path target = archived(batches, settings(packaging), "index");

        // then
        List<Frame> found = new ArrayList<>();
        for (String key : ArchiveRuns.digests(target).keySet()) {
            if (key.endsWith(".keyframes.json")) {
                KeyframeIndex index = KeyframeIndex.read(Files.readAllBytes(target.resolve(key)));
                assertThat(index.epoch()).isEqualTo(LogOf.EPOCH);
                assertThat(index.object()).endsWith("." + extension);
                byte[] object = Files.readAllBytes(target.resolve(EPOCH).resolve(index.object()));
                for (Keyframe keyframe : index.keyframes()) {
                    Frame expected = keyframes.get(found.size());
                    found.add(expected);
                    assertThat(keyframe.ptsMicros()).isEqualTo(expected.ptsMicros());
                    assertThat(keyframe.logOffset() - ArchiveRuns.FIRST_OFFSET)
                            .isEqualTo(expected.firstOffset() - ASSEMBLED_FROM);
                    assertThat(ByteBuffer.wrap(object, (int) keyframe.offset(), keyframe.size()))
                            .isEqualTo(expected.data());
                }
            }
        }
        assertThat(found).isEqualTo(keyframes).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({"H264, 320", "H265, 320", "VP8, 160", "VP9, 640", "AV1, 320"})
    void thumbnailsShowThePictureOfKeyframes(Codec codec, int width) throws Exception {
        List<RelayBatch> batches = log(codec, 5);

        Path target = archived(
                batches,
                settings(Packaging.AUTO).toBuilder()
                        .thumbnails(Optional.of(new ThumbnailSettings(Duration.ofSeconds(2), width, "ffmpeg")))
                        .build(),
                "pictures");

        List<String> pictures = ArchiveRuns.digests(target).keySet().stream()
                .filter(key -> key.endsWith(".jpg"))
                .toList();
        assertThat(pictures).hasSizeBetween(2, 4).contains(EPOCH + "000000000000000.jpg");
        for (String picture : pictures) {
            BufferedImage image = ImageIO.read(target.resolve(picture).toFile());
            assertThat(image.getWidth()).as("no larger than the picture").isEqualTo(Math.min(width, 320));
            assertThat(image.getHeight()).isEqualTo(image.getWidth() * 180 / 320);
            assertThat(coloursIn(image)).as("a picture, not a grey field").isGreaterThan(100);
        }
    }

    private static long coloursIn(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .distinct()
                .count();
    }

    @Test
    void withoutFfmpegThereIsTheRecordingAndNoThumbnail() throws Exception {
        List<RelayBatch> batches = log(Codec.H264, 5);
        SortedMap<String, String> without = ArchiveRuns.digests(archived(batches, settings(Packaging.AUTO), "without"));

        for (String program : List.of("no-such-program", "false")) {
            Path target = archived(
                    batches,
                    settings(Packaging.AUTO).toBuilder()
                            .thumbnails(Optional.of(new ThumbnailSettings(Duration.ofSeconds(1), 320, program)))
                            .build(),
                    program);

            assertThat(ArchiveRuns.digests(target)).isEqualTo(without);
        }
    }
}
