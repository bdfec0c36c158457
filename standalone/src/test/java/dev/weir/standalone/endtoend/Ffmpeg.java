package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** Two FFmpegs: version 8 from its Java binding, which can publish by WHIP, and Debian's, which judges files. */
final class Ffmpeg {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private Ffmpeg() {}

    /** The command of FFmpeg 8, unpacked on first use. */
    static String version8() {
        return Loader.load(ffmpeg.class);
    }

    /** Starts FFmpeg 8 publishing a moving test picture in H264 and a tone in Opus, in real time. */
    static ClientProcess publish(String url, int seconds) throws IOException {
        String format = "testsrc2=size=640x360:rate=30";
        return ClientProcess.start(
                "ffmpeg-whip",
                List.of(
                        version8(),
                        "-hide_banner",
                        "-loglevel",
                        "info",
                        "-nostdin",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        format,
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=frequency=440:sample_rate=48000",
                        "-t",
                        String.valueOf(seconds),
                        "-pix_fmt",
                        "yuv420p",
                        "-c:v",
                        "libopenh264",
                        "-profile:v",
                        "constrained_baseline",
                        "-b:v",
                        "1M",
                        "-g",
                        "30",
                        "-c:a",
                        "libopus",
                        "-ac",
                        "2",
                        "-ar",
                        "48000",
                        "-b:a",
                        "64k",
                        "-f",
                        "whip",
                        url));
    }

    /** What ffprobe says of a file: {@code streams} and {@code format}, with every frame counted by decoding. */
    static JsonNode probe(Path file) throws IOException, InterruptedException {
        String out = run(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-show_streams",
                "-show_format",
                "-of",
                "json",
                file.toString());
        return DevTools.JSON.readTree(out);
    }

    /** From the first to the last picture; a file's own duration counts from the start of its stream. */
    static double videoSeconds(Path file) throws IOException, InterruptedException {
        List<Double> times = run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .lines()
                .map(line -> Double.valueOf(line.replace(",", "")))
                .sorted()
                .toList();
        return times.get(times.size() - 1) - times.get(0);
    }

    /** Decodes every frame; FFmpeg must have nothing to say. */
    static void assertDecodesSilently(String file) throws IOException, InterruptedException {
        assertDecodesSilently(file, "warning");
    }

    /** Decodes every frame; FFmpeg must have nothing to say that weighs {@code level} or more. */
    static void assertDecodesSilently(String file, String level) throws IOException, InterruptedException {
        // Frame times as they are: at a browser's uneven rate a fixed one would make FFmpeg complain of itself.
        assertThat(run(
                        "ffmpeg",
                        "-nostdin",
                        "-v",
                        level,
                        "-xerror",
                        "-i",
                        file,
                        "-fps_mode",
                        "passthrough",
                        "-enc_time_base",
                        "-1",
                        "-f",
                        "null",
                        "-"))
                .as("ffmpeg's complaints about " + file)
                .isEmpty();
    }

    /** Returns how many milliseconds each beep of the test page comes after its flash. */
    static List<Double> beepsAfterFlashesMillis(Path file) throws IOException, InterruptedException {
        String log = run(
                "ffmpeg",
                "-nostdin",
                "-v",
                "info",
                "-i",
                file.toString(),
                "-vf",
                "blackdetect=d=0.2:pic_th=0.9:pix_th=0.7",
                "-af",
                "silencedetect=n=-20dB:d=0.2",
                "-f",
                "null",
                "-");
        List<Double> steps = new ArrayList<>();
        for (double flash : times(log, "black_end:([0-9.]+)")) {
            times(log, "silence_end: ([0-9.]+)").stream()
                    .map(beep -> beep - flash)
                    .filter(step -> Math.abs(step) < 0.45)
                    .forEach(step -> steps.add(1_000 * step));
        }
        return steps;
    }

    private static List<Double> times(String log, String pattern) {
        return Pattern.compile(pattern)
                .matcher(log)
                .results()
                .map(found -> Double.valueOf(found.group(1)))
                .toList();
    }

    static JsonNode stream(JsonNode probed, String type) {
        for (JsonNode stream : probed.path("streams")) {
            if (stream.path("codec_type").asText().equals(type)) {
                return stream;
            }
        }
        throw new AssertionError("no " + type.toLowerCase(Locale.ROOT) + " stream in " + probed);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        try (ClientProcess process = ClientProcess.start(command[0], new ArrayList<>(List.of(command)))) {
            int exit = process.awaitExit(TIMEOUT);
            assertThat(exit)
                    .as(String.join(" ", command) + "\n" + process.output())
                    .isZero();
            return process.output();
        }
    }
}
