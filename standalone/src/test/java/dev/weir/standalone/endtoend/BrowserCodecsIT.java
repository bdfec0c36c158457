package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.probe.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chromium publishes in each codec; another Chromium and libwebrtc watch; the archive plays. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class BrowserCodecsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A tenth of it on an idle machine; a join that had to wait for a keyframe of the publisher would take longer. */
    private static final int FIRST_FRAME_MILLIS = 2_500;

    @ParameterizedTest
    @ValueSource(strings = {"VP8", "H264", "VP9", "AV1"})
    void aBrowsersStreamIsWatchedAndArchived(String codec, TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        String stream = "browser-" + codec;
        String whip = weir.uri("/whip/" + stream).toString();
        String whep = weir.uri("/whep/" + stream).toString();
        try (Page publisher = bed.publisherPage()) {
            long publishedNanos = System.nanoTime();
            publisher.evaluate("publish('" + whip + "', '" + codec + "')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);

            try (Page viewer = bed.viewerPage()) {
                viewer.evaluate("play('" + whep + "')");
                viewer.awaitTrue("report().then(r => r.framesDecoded > 60 && r.audioPacketsReceived > 50)", PATIENCE);
                JsonNode seen = viewer.evaluate("report()");
                assertThat(seen.path("codec").asText()).isEqualTo(codec);
                assertThat(seen.path("firstFrameMillis").asInt()).as("%s", seen).isBetween(1, FIRST_FRAME_MILLIS);
                assertThat(seen.path("videoPacketsLost").asInt()).as("%s", seen).isZero();

                JsonNode decoded = probe(whep);
                assertThat(decoded.path("codec").asText()).isEqualTo(codec);
                assertThat(decoded.path("framesDecoded").asInt())
                        .as("%s", decoded)
                        .isGreaterThan(60);
                assertThat(decoded.path("firstFrameMillis").asInt())
                        .as("%s", decoded)
                        .isBetween(1, FIRST_FRAME_MILLIS);
                assertThat(decoded.path("audioPacketsReceived").asInt())
                        .as("%s", decoded)
                        .isGreaterThan(50);

                assertThat(weir.stream(stream).path("subscriberCount").asInt()).isEqualTo(1);
                assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
                assertThat(viewer.messages()).isEmpty();
            }
            JsonNode sent = publisher.evaluate("fallSilent()");
            int framesSent = sent.path("framesSent").asInt();
            assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
            double elapsedSeconds = (System.nanoTime() - publishedNanos) / 1e9;
            assertArchived(weir.archive(stream), codec, framesSent, elapsedSeconds);
        }
    }

    private static void assertArchived(Archive archive, String codec, int framesSent, double elapsedSeconds)
            throws Exception {
        int frames = 0;
        double seconds = 0;
        for (Path file : archive.awaitMedia()) {
            Ffmpeg.assertDecodesSilently(file.toString());
            JsonNode probed = Ffmpeg.probe(file);
            JsonNode video = Ffmpeg.stream(probed, "video");
            assertThat(video.path("codec_name").asText()).isEqualToIgnoringCase(codec);
            assertThat(Ffmpeg.stream(probed, "audio").path("codec_name").asText())
                    .isEqualTo("opus");
            frames += video.path("nb_read_frames").asInt();
            seconds += Ffmpeg.videoSeconds(file);
        }
        assertThat(frames).isEqualTo(framesSent);
        assertThat(seconds).isCloseTo(elapsedSeconds, within(3.0));
    }

    private static JsonNode probe(String whep) throws Exception {
        try (ClientProcess probe = ClientProcess.startJava(
                "probe", List.of("-Xmx128m"), Main.class, List.of("play", "--url", whep, "--for", "3s", "--json"))) {
            assertThat(probe.awaitExit(Duration.ofSeconds(30)))
                    .as(probe.output())
                    .isZero();
            return DevTools.JSON.readTree(probe.lastLine());
        }
    }
}
