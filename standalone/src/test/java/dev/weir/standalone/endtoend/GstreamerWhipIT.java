package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** GStreamer's webrtcbin publishes H264 and H265 by WHIP: sendrecv, max-bundle with {@code m=… 0}, mids of its own. */
@Timeout(180)
class GstreamerWhipIT {
    private static final int SECONDS = 6;

    @TempDir
    private Path folder;

    @Test
    void aPipelinesStreamsAreArchived() throws Exception {
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
            assertThat(run.output().lines().filter("DELETE 200"::equals))
                    .as(run.output())
                    .hasSize(2);
        }
        requireArchived(data, "H264", "h264");
        requireArchived(data, "H265", "hevc");
    }

    private static void requireArchived(Path data, String codec, String name) throws Exception {
        int frames = 0;
        for (Path file : new Archive(data, "gstreamer-" + codec).awaitMedia()) {
            Ffmpeg.assertDecodesSilently(file.toString());
            JsonNode probed = Ffmpeg.probe(file);
            assertThat(Ffmpeg.stream(probed, "audio").path("codec_name").asText())
                    .isEqualTo("opus");
            JsonNode video = Ffmpeg.stream(probed, "video");
            assertThat(video.path("codec_name").asText()).isEqualTo(name);
            assertThat(video.path("width").asInt()).isEqualTo(640);
            assertThat(video.path("height").asInt()).isEqualTo(360);
            frames += video.path("nb_read_frames").asInt();
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
