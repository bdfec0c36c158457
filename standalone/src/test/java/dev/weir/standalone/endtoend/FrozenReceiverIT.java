package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.standalone.CommandRun;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream, a viewer, the archive, and two servers that it is pushed to as HLS. One of these freezes: nobody else notices,
 * and hls.js in Chromium plays from the other one.
 */
@ExtendWith(SharedTestBed.class)
@Timeout(180)
class FrozenReceiverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STREAM = "frozen-receiver";

    @TempDir
    Path folder = Path.of("");

    private static void push(TestBed bed, String name, UploadServer server) {
        CommandRun added = RestreamIT.restream(
                bed,
                "add",
                name,
                "--stream",
                STREAM,
                "--url",
                "hls+" + server.uri("live/index.m3u8"),
                "--set",
                "restream.allow=127.0.0.1",
                "--set",
                "restream.hls.segment.ms=1000",
                "--set",
                "restream.stall.timeout.ms=2000");
        assertThat(added.exitCode()).as(added.err()).isZero();
    }

    private static JsonNode target(TestBed bed, String name) throws Exception {
        for (JsonNode target : bed.weir().stream(STREAM).path("targets")) {
            if (target.path("name").asText().equals(name)) {
                return target;
            }
        }
        return DevTools.JSON.createObjectNode();
    }

    @Test
    void neitherViewersNorTheArchiveNorAnotherTargetNotice(TestBed bed) throws Exception {
        try (UploadServer healthy = new UploadServer(folder.resolve("healthy"));
                UploadServer frozen = new UploadServer(folder.resolve("frozen"));
                FileServer pages = new FileServer(Path.of("target", "test-classes"));
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage();
                Page player = bed.browser().open(pages.uri("client/hls.html"))) {
            // given a stream that all of them have
            publisher.evaluate("publish('" + bed.weir().uri("/whip/" + STREAM) + "', 'H264')");
            publisher.awaitTrue("report().then(r => r.framesSent > 10)", PATIENCE);
            push(bed, "healthy", healthy);
            push(bed, "frozen", frozen);
            viewer.evaluate("play('" + bed.weir().uri("/whep/" + STREAM) + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);
            player.awaitTrue(
                    "fetch('" + healthy.uri("live/index.m3u8") + "').then(r => r.text()).then(t => t.includes('.m4s'))",
                    PATIENCE);
            player.evaluate("start('" + healthy.uri("live/index.m3u8") + "')");
            player.awaitTrue("report().frames > 25", PATIENCE);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> target(bed, "frozen").path("bytesSent").asLong() > 50_000);

            // when one receiver freezes
            frozen.freeze();
            JsonNode viewerBefore = viewer.evaluate("report()");
            JsonNode sentBefore = publisher.evaluate("report()");
            double playedBefore = player.evaluate("report().currentTime").asDouble();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            target(bed, "frozen").path("lastError").asText().contains("took nothing for 2 s"));

            // then the viewer misses nothing
            JsonNode viewerAfter = viewer.evaluate("report()");
            JsonNode sentAfter = publisher.evaluate("report()");
            int sent = since(sentBefore, sentAfter, "framesSent");
            assertThat(since(viewerBefore, viewerAfter, "framesDecoded"))
                    .as("of %d pictures: %s, then %s", sent, viewerBefore, viewerAfter)
                    .isGreaterThan(sent - 20);
            assertThat(since(viewerBefore, viewerAfter, "videoPacketsLost")).isZero();

            // and the other target goes on, which hls.js shows in step
            assertThat(target(bed, "healthy").path("state").asText()).isEqualTo("sending");
            assertThat(target(bed, "healthy").path("failures").asInt()).isZero();
            player.awaitTrue(
                    "report().currentTime > " + (playedBefore + 6) + " && report().flashes.length > 4", PATIENCE);
            JsonNode played = player.evaluate("report()");
            assertThat(played.path("errors").toString()).doesNotContain("true");
            assertThat(played.path("buffered").asInt())
                    .as("no hole: %s", played)
                    .isEqualTo(1);
            HlsPlaybackIT.assertInStep(played, 4);

            // and the frozen one has its stream again when it thaws
            long connects = target(bed, "frozen").path("connects").asLong();
            frozen.thaw();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> target(bed, "frozen").path("connects").asLong() > connects
                            && target(bed, "frozen").path("state").asText().equals("sending"));
            RestreamIT.restream(bed, "remove", "healthy");
            RestreamIT.restream(bed, "remove", "frozen");

            // and the archive has every picture
            int all = publisher.evaluate("fallSilent()").path("framesSent").asInt();
            publisher.evaluate("stop()");
            int archived = 0;
            for (Path file : bed.weir().archive(STREAM).awaitMedia()) {
                archived += Ffmpeg.stream(Ffmpeg.probe(file), "video")
                        .path("nb_read_frames")
                        .asInt();
            }
            assertThat(archived).isBetween(all - 1, all + 1);
        }
    }

    private static int since(JsonNode before, JsonNode after, String name) {
        return after.path(name).asInt() - before.path(name).asInt();
    }
}
