package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients themselves, before anything of ours is blamed. */
class ClientKitIT {
    @TempDir
    private Path folder;

    @Test
    void chromiumLoadsThePageAndEncodesAllFourCodecs() throws Exception {
        try (FileServer files = new FileServer(Path.of("target/test-classes"));
                Chromium chromium = Chromium.start(folder);
                Page page = chromium.open(files.uri("client/index.html"))) {
            String codecs = page.evaluate(
                            "[...new Set(RTCRtpSender.getCapabilities('video').codecs.map(c => c.mimeType))].join()")
                    .asText();
            assertThat(codecs).contains("video/VP8", "video/H264", "video/VP9", "video/AV1");
            page.evaluate("document.getElementById('sink').srcObject = testMedia(30)");
            page.awaitTrue("document.getElementById('sink').videoWidth === 640", Duration.ofSeconds(10));
            Path picture = folder.resolve("page.png");
            page.screenshot(picture);
            assertThat(Files.size(picture)).isGreaterThan(1000);
            assertThat(page.messages()).isEmpty();
        }
    }

    @Test
    void ffmpeg8CanPublishByWhip() throws Exception {
        try (ClientProcess ffmpeg =
                ClientProcess.start("ffmpeg", List.of(Ffmpeg.version8(), "-hide_banner", "-muxers"))) {
            assertThat(ffmpeg.awaitExit(Duration.ofSeconds(20))).isZero();
            assertThat(ffmpeg.output()).contains(" whip ");
        }
    }
}
