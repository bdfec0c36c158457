package dev.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.probe.StubEndpoint.Reply;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each command as its own process against a libwebrtc peer in this one: the measuring tool is itself measured. */
@Timeout(60)
class LoopbackTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void publishSendsPicturesThatAnotherPeerDecodes() throws Exception {
        NativeLibrary.load();
        try (Viewer viewer = new Viewer();
                StubEndpoint endpoint = new StubEndpoint((method, body) -> method.equals("DELETE")
                        ? new Reply(200, "text/plain", "", "")
                        : new Reply(201, "application/sdp", viewer.peer().answerTo(body), "/session/1"))) {
            Process probe = start("publish", "--url", endpoint.uri("/whip/x").toString(), "--for", "3s", "--json");
            long firstFrame = viewer.firstFrameNanos().get(20, TimeUnit.SECONDS);
            assertThat(firstFrame).isPositive();
            BufferedImage picture = viewer.nextPicture(Duration.ofSeconds(5)).orElseThrow();
            assertThat(picture.getWidth()).isEqualTo(640);

            JsonNode report = result(probe);
            assertThat(report.path("codec").asText()).isEqualTo("VP8");
            assertThat(report.path("framesEncoded").asInt()).isGreaterThan(40);
            assertThat(report.path("audioPacketsSent").asInt()).isGreaterThan(100);
            assertThat(endpoint.requests()).hasSize(2).last().asString().startsWith("DELETE /session/1");
        }
    }

    @Test
    void playMeasuresAndKeepsAPicture() throws Exception {
        NativeLibrary.load();
        Path thumbnail = folder.resolve("picture.png");
        try (Publisher publisher = new Publisher(new TestPicture(320, 240), 30);
                StubEndpoint endpoint = new StubEndpoint((method, body) -> {
                    if (method.equals("DELETE")) {
                        return new Reply(200, "text/plain", "", "");
                    }
                    publisher.addAnsweringTracks();
                    publisher.start();
                    return new Reply(201, "application/sdp", publisher.peer().answerTo(body), "/session/2");
                })) {
            String url = endpoint.uri("/whep/x").toString();
            JsonNode report = result(start(
                    "play",
                    "--url",
                    url,
                    "--for",
                    "3s",
                    "--json",
                    "--codec",
                    "H264",
                    "--thumbnail",
                    thumbnail.toString()));
            assertThat(report.path("codec").asText()).isEqualTo("H264");
            assertThat(report.path("widthPx").asInt()).isEqualTo(320);
            assertThat(report.path("framesDecoded").asInt()).isGreaterThan(40);
            assertThat(report.path("firstFrameMillis").asInt()).isBetween(1, 5000);
            assertThat(report.path("videoPacketsLost").asInt()).isZero();
            assertThat(report.path("audioPacketsReceived").asInt()).isGreaterThan(100);
            assertThat(endpoint.requests()).hasSize(2).last().asString().startsWith("DELETE /session/2");
        }
        assertThat(ImageIO.read(thumbnail.toFile()).getHeight()).isEqualTo(240);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("err").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private JsonNode result(Process process) throws Exception {
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ends in time").isTrue();
            String err = Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(err).isZero();
            List<String> lines = Files.readAllLines(folder.resolve("out"), StandardCharsets.UTF_8);
            return JSON.readTree(lines.get(lines.size() - 1));
        } finally {
            process.destroyForcibly();
        }
    }
}
