package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** GStreamer's webrtcbin publishes by WHIP: sendrecv, max-bundle with {@code m=… 0}, mids of its own. */
@Timeout(180)
class GstreamerWhipIT {
    private static final int SECONDS = 6;

    @TempDir
    private Path folder;

    @Test
    void aPipelinesStreamIsArchived() throws Exception {
        Path data = folder.resolve("data");
        List<String> command = List.of(
                "unshare",
                "-rn",
                "sh",
                script("namespace.sh"),
                "sh",
                script("gstreamer-whip.sh"),
                Path.of("..", "weir").toAbsolutePath().normalize().toString(),
                data.toString(),
                String.valueOf(SECONDS));
        try (ClientProcess run = ClientProcess.start("gstreamer", command)) {
            assertThat(run.awaitExit(Duration.ofSeconds(150))).as(run.output()).isZero();
            assertThat(run.output()).contains("connection connected", "DELETE 200");
        }
        int frames = 0;
        for (Path file : new Archive(data, "gstreamer").awaitMedia()) {
            Ffmpeg.assertDecodesSilently(file.toString());
            JsonNode probed = Ffmpeg.probe(file);
            assertThat(Ffmpeg.stream(probed, "audio").path("codec_name").asText())
                    .isEqualTo("opus");
            frames += Ffmpeg.stream(probed, "video").path("nb_read_frames").asInt();
        }
        // The pipeline runs while it connects, and webrtcbin sends what it held back.
        assertThat(frames).isGreaterThan(SECONDS * 30 - 45);
    }

    private static String script(String name) {
        return Path.of("target", "test-classes", "client", name)
                .toAbsolutePath()
                .toString();
    }
}
