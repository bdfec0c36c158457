package dev.weir.connector.mux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.media.Assembled;
import dev.weir.connector.media.EncodedStream;
import dev.weir.connector.media.Ffmpeg;
import dev.weir.connector.media.LogOf;
import dev.weir.webrtc.codec.Codec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens an object that starts 5 s into the stream in players of other makers: GStreamer, mpv and mediainfo. */
class PlayersTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"H264, OPUS", "AV1, OPUS", "VP8, OPUS", "H264, PCMU"})
    void aLaterObjectPlaysFromItsStartToItsEnd(Codec video, Codec audio) throws Exception {
        // given
        EncodedStream pictures = EncodedStream.video(folder, video, EncodedStream.picture(160, 120), 8, 25);
        EncodedStream sound = EncodedStream.audio(folder, audio, "sine=frequency=440", 8);
        Assembled assembled = Assembled.of(new LogOf()
                .track(pictures, LogOf.Timing.DIRECT)
                .track(sound, LogOf.Timing.DIRECT)
                .batches());
        ContainerWriter writer = ContainerWriter.of(assembled.formats().get(0));
        assembled.frames().stream()
                .filter(frame -> frame.ptsMicros() >= 5_000_000)
                .forEach(writer::add);
        String name = "later." + writer.extension();
        Files.write(folder.resolve(name), Assembled.bytes(writer.finish()));

        // then
        quiet("mpv", "--no-config", "--vo=null", "--ao=null", "--untimed", "--msg-level=all=warn", name);
        quiet(
                "gst-launch-1.0",
                "-q",
                "filesrc",
                "location=" + name,
                "!",
                "parsebin",
                "name=p",
                "p.",
                "!",
                "queue",
                "!",
                "fakesink",
                "p.",
                "!",
                "queue",
                "!",
                "fakesink");
        String told = quiet("mediainfo", "--Inform=General;%Duration% %VideoCount% %AudioCount%", name)
                .trim();
        assertThat(told).matches("(29[5-9]\\d|30[0-4]\\d) 1 1");
    }

    /** Runs a tool that must end well and complain of nothing. */
    private String quiet(String... command) {
        Ffmpeg.Result result = Ffmpeg.run(folder, List.of(command));
        assertThat(result.status())
                .as("%s: %s %s", command[0], result.output(), result.errors())
                .isZero();
        assertThat(result.errors()).as(command[0]).isEmpty();
        return result.output();
    }
}
