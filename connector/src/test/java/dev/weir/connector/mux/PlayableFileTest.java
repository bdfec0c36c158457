package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.webrtc.codec.Codec;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What FFmpeg encoded, through packets and the log into a file, must be what FFmpeg and our own readers find in it. */
class PlayableFileTest {
    private static final int SECONDS = 5;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "H264, OPUS, mp4, h264, opus",
        "H265, OPUS, mp4, hevc, opus",
        "VP9, OPUS, mp4, vp9, opus",
        "AV1, OPUS, mp4, av1, opus",
        "VP8, OPUS, webm, vp8, opus",
        "H264, PCMU, mkv, h264, pcm_mulaw",
        "VP8, PCMA, mkv, vp8, pcm_alaw",
    })
    void everyFramePlays(Codec video, Codec audio, String extension, String videoName, String audioName)
            throws Exception {
        // given
        EncodedStream pictures = EncodedStream.video(folder, video, EncodedStream.picture(320, 180), SECONDS, 25);
        EncodedStream sound = EncodedStream.audio(folder, audio, "sine=frequency=440", SECONDS);
        LogOf log = new LogOf().track(pictures, LogOf.Timing.DIRECT).track(sound, LogOf.Timing.DIRECT);

        // when
        Assembled assembled = Assembled.of(log.batches());
        ContainerWriter writer = assembled.writer();
        ByteBuffer file = writer.finish();
        Path path = folder.resolve("out." + writer.extension());
        Files.write(path, Assembled.bytes(file));

        // then
        assertThat(assembled.gaps()).isEmpty();
        assertThat(writer.extension()).isEqualTo(extension);
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", path.toString(), "-f", "null", "-");
        assertThat(stream(path, "v:0"))
                .isEqualTo(videoName + "," + pictures.units().size());
        assertThat(stream(path, "a:0"))
                .isEqualTo(audioName + "," + sound.units().size());
        String[] format = Ffmpeg.ffprobe(folder, "-show_entries", "format=start_time,duration", path.toString())
                .split(",", -1);
        assertThat(Double.parseDouble(format[0])).isBetween(-0.01, 0.001);
        assertThat(Double.parseDouble(format[1])).isBetween(SECONDS - 0.01, SECONDS + 0.05);
        MediaFile read = MediaFile.read(file);
        assertThat(read.tracks()).hasSize(2);
        assertThat(read.tracks().get(0).codec()).isEqualTo(video);
        assertThat(read.tracks().get(0).samples()).hasSize(pictures.units().size());
        assertThat(read.tracks().get(0).widthPx()).isEqualTo(320);
        assertThat(read.tracks().get(0).samples().stream().filter(MediaFile.Sample::keyframe))
                .hasSize(SECONDS);
        assertThat(read.tracks().get(1).codec()).isEqualTo(audio);
        assertThat(read.tracks().get(1).samples()).hasSize(sound.units().size());
        assertThat(read.tracks().get(1).durationMicros()).isBetween(4_980_000L, 5_040_000L);
    }

    private String stream(Path path, String selector) {
        return Ffmpeg.ffprobe(
                folder,
                "-count_frames",
                "-select_streams",
                selector,
                "-show_entries",
                "stream=codec_name,nb_read_frames",
                path.toString());
    }

    @ParameterizedTest
    @CsvSource({"WEBM, VP9, OPUS, webm", "WEBM, H264, OPUS, mp4", "MKV, H264, OPUS, mkv", "AUTO, VP8, OPUS, webm"})
    void theContainerCanBeChosen(Packaging packaging, Codec video, Codec audio, String extension) throws Exception {
        EncodedStream pictures = EncodedStream.video(folder, video, EncodedStream.picture(160, 120), 2, 25);
        EncodedStream sound = EncodedStream.audio(folder, audio, "sine=frequency=440", 2);
        Assembled assembled = Assembled.of(new LogOf()
                .track(pictures, LogOf.Timing.DIRECT)
                .track(sound, LogOf.Timing.DIRECT)
                .batches());

        ContainerWriter writer = packaging.writer(assembled.formats().get(0));
        assembled.frames().forEach(writer::add);
        Files.write(folder.resolve("chosen"), Assembled.bytes(writer.finish()));

        assertThat(writer.extension()).isEqualTo(extension);
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", "chosen", "-f", "null", "-");
    }
}
