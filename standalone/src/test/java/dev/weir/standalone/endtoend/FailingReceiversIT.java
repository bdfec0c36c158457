package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.standalone.CommandRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream, a viewer, the archive, and four receivers that it is pushed to. One of them freezes, one is killed, one takes
 * 100 kbit/s: nobody else notices, and hls.js in Chromium plays from the one that is well.
 */
@ExtendWith(SharedTestBed.class)
@Timeout(240)
class FailingReceiversIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STREAM = "failing-receivers";

    @TempDir
    Path folder = Path.of("");

    private static void push(TestBed bed, String name, String url, String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of(name, "--stream", STREAM, "--url", url, "--set", "restream.allow=127.0.0.1"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        CommandRun added = RestreamIT.restream(bed, "add", arguments.toArray(String[]::new));
        assertThat(added.exitCode()).as(added.err()).isZero();
    }

    private static void push(TestBed bed, String name, UploadServer server) {
        push(
                bed,
                name,
                "hls+" + server.uri("live/index.m3u8"),
                "restream.hls.segment.ms=1000",
                "restream.stall.timeout.ms=2000");
    }

    private static ClientProcess rtmpReceiver(int port) throws IOException {
        return ClientProcess.start(
                "ffmpeg-rtmp",
                List.of(
                        Ffmpeg.version8(),
                        "-nostdin",
                        "-v",
                        "error",
                        "-listen",
                        "1",
                        "-i",
                        "rtmp://127.0.0.1:" + port + "/live/slow",
                        "-c",
                        "copy",
                        "-f",
                        "null",
                        "-"));
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
        int slowPort = RestreamIT.freePort();
        try (UploadServer healthy = new UploadServer(folder.resolve("healthy"));
                UploadServer frozen = new UploadServer(folder.resolve("frozen"));
                UploadServer killed = new UploadServer(folder.resolve("killed"));
                ClientProcess slow = rtmpReceiver(slowPort);
                SlowHop hop = new SlowHop(slowPort);
                FileServer pages = new FileServer(Path.of("target", "test-classes"));
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage();
                Page player = bed.browser().open(pages.uri("client/hls.html"))) {
            // given a stream that all of them have
            publisher.evaluate("publish('" + bed.weir().uri("/whip/" + STREAM) + "', 'H264')");
            publisher.awaitTrue("report().then(r => r.framesSent > 10)", PATIENCE);
            push(bed, "healthy", healthy);
            push(bed, "frozen", frozen);
            push(bed, "killed", killed);
            viewer.evaluate("play('" + bed.weir().uri("/whep/" + STREAM) + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);
            player.awaitTrue(
                    "fetch('" + healthy.uri("live/index.m3u8") + "').then(r => r.text()).then(t => t.includes('.m4s'))",
                    PATIENCE);
            player.evaluate("start('" + healthy.uri("live/index.m3u8") + "')");
            player.awaitTrue("report().frames > 25", PATIENCE);
            for (String name : List.of("frozen", "killed")) {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> target(bed, name).path("bytesSent").asLong() > 50_000);
            }

            // when one receiver freezes, one is killed, and one is slow
            frozen.freeze();
            killed.kill();
            push(
                    bed,
                    "slow",
                    "rtmp://127.0.0.1:" + hop.port() + "/live/slow",
                    "restream.audio=none",
                    "restream.delay.max.ms=1500",
                    "restream.stall.timeout.ms=60000");
            JsonNode viewerBefore = viewer.evaluate("report()");
            JsonNode sentBefore = publisher.evaluate("report()");
            double playedBefore = player.evaluate("report().currentTime").asDouble();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            target(bed, "frozen").path("lastError").asText().contains("took nothing for 2 s"));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            target(bed, "killed").path("lastError").asText().contains("cannot be reached"));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> target(bed, "slow").path("batchesSkipped").asLong() > 0);
            assertThat(target(bed, "slow").path("failures").asInt()).isZero();
            assertThat(slow.isAlive()).as(slow.output()).isTrue();

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

            // and the others have their stream again, one when it thaws, one when it is started again
            Map<String, Long> connects = new LinkedHashMap<>();
            for (String name : List.of("frozen", "killed")) {
                connects.put(name, target(bed, name).path("connects").asLong());
            }
            frozen.thaw();
            killed.restart();
            connects.forEach((name, before) -> Awaitility.await(name)
                    .atMost(PATIENCE)
                    .until(() -> target(bed, name).path("connects").asLong() > before
                            && target(bed, name).path("state").asText().equals("sending")));
            for (String name : List.of("healthy", "frozen", "killed", "slow")) {
                assertThat(RestreamIT.restream(bed, "remove", name).exitCode()).isZero();
            }

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
