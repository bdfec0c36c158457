package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command of the README, as a process; its file is judged by FFmpeg. */
@Timeout(150)
class DemoFilesIT {
    @TempDir
    private Path data;

    @Test
    void theDemoLosesNothing() throws Exception {
        try (ClientProcess demo = ClientProcess.start(
                "demo",
                WeirProcess.command(
                        "demo",
                        "--publish",
                        "--for",
                        "20s",
                        "--json",
                        "--http",
                        "127.0.0.1:0",
                        "--udp",
                        "0",
                        "--data",
                        data.toString()))) {
            int exit = demo.awaitExit(Duration.ofMinutes(2));
            assertThat(exit).as(demo.output()).isZero();
            JsonNode result = DevTools.JSON.readTree(demo.lastLine());
            assertThat(result.path("lost").asInt(-1)).as(demo.output()).isZero();
            assertThat(result.path("gaps").asInt(-1)).as(demo.output()).isZero();
            assertThat(result.path("published").asInt()).isGreaterThan(1000);
            for (String counted : List.of("relayed", "mirrored", "archived")) {
                assertThat(result.path(counted).asInt()).as(counted).isPositive();
            }
            Path archive = Path.of(result.path("archive").asText());
            assertThat(archive).isDirectory();
            List<Path> files = mp4(archive);
            assertThat(files).hasSize(1);
            Ffmpeg.assertDecodesSilently(files.get(0).toString());
            JsonNode probed = Ffmpeg.probe(files.get(0));
            assertThat(probed.path("format").path("duration").asDouble()).isCloseTo(20, within(0.5));
            assertThat(Ffmpeg.stream(probed, "video").path("codec_name").asText())
                    .isEqualTo("h264");
            assertThat(Ffmpeg.stream(probed, "audio").path("codec_name").asText())
                    .isEqualTo("opus");
        }
    }

    private static List<Path> mp4(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".mp4")).toList();
        }
    }
}
