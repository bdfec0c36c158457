package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.connector.mux.GrowingFile.Container;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file that is written part by part must hold what the file written at once holds, and be one that players can seek in. */
class GrowingFileTest {
    private static final int SECONDS = 7;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"H264, OPUS, MP4", "VP8, OPUS, WEBM", "H264, PCMU, MKV", "VP9, OPUS, MP4"})
    void holdsEveryFrameAndCanBeSoughtIn(Codec video, Codec audio, Container container) throws Exception {
        // given
        EncodedStream pictures = EncodedStream.video(folder, video, EncodedStream.picture(320, 180), SECONDS, 25);
        EncodedStream sound = EncodedStream.audio(folder, audio, "sine=frequency=440", SECONDS);
        LogOf log = new LogOf().track(pictures, LogOf.Timing.DIRECT).track(sound, LogOf.Timing.DIRECT);
        Assembled assembled = Assembled.of(log.batches());

        // when
        Path path = folder.resolve("out." + container);
        write(assembled, container, path);

        // then
        Ffmpeg.ffmpeg(folder, "-xerror", "-i", path.toString(), "-f", "null", "-");
        assertThat(count(path, "v:0")).isEqualTo(pictures.units().size());
        assertThat(count(path, "a:0")).isEqualTo(sound.units().size());
        String duration = Ffmpeg.ffprobe(folder, "-show_entries", "format=duration", path.toString());
        assertThat(Double.parseDouble(duration)).isBetween(SECONDS - 0.01, SECONDS + 0.05);
        String sought = Ffmpeg.ffprobe(
                folder,
                "-select_streams",
                "v:0",
                "-read_intervals",
                "5%+#1",
                "-show_entries",
                "packet=pts_time",
                path.toString());
        assertThat(Double.parseDouble(sought.split("[,\n]", -1)[0])).isBetween(3.99, 5.01);

        ContainerWriter whole = assembled.writer();
        Path other = folder.resolve("whole." + whole.extension());
        Files.write(other, Assembled.bytes(whole.finish()));
        assertThat(packets(path, "v:0")).isEqualTo(packets(other, "v:0"));
        assertThat(packets(path, "a:0")).isEqualTo(packets(other, "a:0"));
    }

    /** Time, size and keyframe flag of every frame, as FFmpeg reads them. */
    private String packets(Path path, String selector) {
        return Ffmpeg.ffprobe(
                folder, "-select_streams", selector, "-show_entries", "packet=pts_time,size,flags", path.toString());
    }

    private long count(Path path, String selector) {
        return Long.parseLong(Ffmpeg.ffprobe(
                folder,
                "-count_frames",
                "-select_streams",
                selector,
                "-show_entries",
                "stream=nb_read_frames",
                path.toString()));
    }

    private static void write(Assembled assembled, Container container, Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long end = assembled.frames().stream()
                    .mapToLong(frame -> frame.ptsMicros() + frame.durationMicros())
                    .max()
                    .orElseThrow();
            GrowingFile file = GrowingFile.start(container, assembled.formats().get(0), end, channel);
            for (Frame frame : assembled.frames()) {
                file.add(frame);
            }
            file.finish();
        }
    }

    @Test
    void refusesACodecThatDoesNotFit() throws Exception {
        EncodedStream pictures = EncodedStream.video(folder, Codec.VP8, EncodedStream.picture(320, 180), 1, 25);
        Assembled assembled =
                Assembled.of(new LogOf().track(pictures, LogOf.Timing.DIRECT).batches());

        assertThatThrownBy(() -> write(assembled, Container.MP4, folder.resolve("out.mp4")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("VP8 does not fit MP4");
    }
}
