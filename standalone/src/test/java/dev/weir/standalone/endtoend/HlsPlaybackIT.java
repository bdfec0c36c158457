package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** hls.js in Chromium plays what was archived, audio and video in step. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class HlsPlaybackIT {
    private static final int SECONDS = 8;
    /** People notice audio that is early by 45 ms or late by 125 ms (ITU-R BT.1359); our two probes add some. */
    private static final double STEP_SECONDS = 0.12;

    @ParameterizedTest
    @ValueSource(strings = {"H264", "AV1"})
    void theArchivePlaysInStep(String codec, TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        String stream = "hls-" + codec;
        try (Page publisher = bed.publisherPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/" + stream) + "', '" + codec + "')");
            publisher.awaitTrue("report().then(r => r.framesSent > " + SECONDS * 30 + ")", Duration.ofSeconds(40));
            publisher.evaluate("stop()");
        }
        Archive archive = weir.archive(stream);
        assertThat(archive.awaitMedia()).isNotEmpty();
        try (FileServer archiveServer = new FileServer(archive.folder());
                FileServer pages = new FileServer(Path.of("target", "test-classes"));
                Page player = bed.browser().open(pages.uri("client/hls.html"))) {
            player.evaluate("start('" + archiveServer.uri("index.m3u8") + "')");
            player.awaitTrue("report().ended", Duration.ofSeconds(SECONDS + 20));
            JsonNode report = player.evaluate("report()");
            assertThat(report.path("errors")).as("%s", report).isEmpty();
            // A browser may have chosen a smaller picture for a busy machine, and changed it on the way.
            assertThat(report.path("width").asInt()).isBetween(160, 640);
            assertThat(report.path("buffered").asInt())
                    .as("no hole: %s", report)
                    .isEqualTo(1);
            assertThat(report.path("duration").asDouble()).as("%s", report).isGreaterThan(SECONDS - 1.0);
            assertInStep(report, SECONDS - 3);
            assertPlaysAlone(player, archiveServer.uri(object(archive)));
        }
    }

    private static String object(Archive archive) {
        return String.valueOf(archive.awaitMedia().get(0).getFileName());
    }

    /** An object is an ordinary file for a browser too: it plays from 0 to its end. */
    private static void assertPlaysAlone(Page player, URI object) throws Exception {
        player.evaluate("window.alone = document.createElement('video'); alone.muted = true; alone.src = '" + object
                + "'; alone.playbackRate = 4; document.body.append(alone); alone.play(); 0");
        player.awaitTrue("alone.ended || alone.error !== null", Duration.ofSeconds(SECONDS + 20));
        JsonNode report = player.evaluate("({error: alone.error && alone.error.message, start: alone.seekable.start(0),"
                + " duration: alone.duration, frames: alone.getVideoPlaybackQuality().totalVideoFrames})");
        assertThat(report.path("error").isNull()).as("%s", report).isTrue();
        assertThat(report.path("start").asDouble()).as("%s", report).isZero();
        assertThat(report.path("duration").asDouble()).as("%s", report).isGreaterThan(SECONDS - 1.0);
        assertThat(report.path("frames").asInt()).as("%s", report).isPositive();
    }

    /** Most flashes, and so many of them, have their beep at the same time. */
    static void assertInStep(JsonNode report, int atLeast) {
        List<Double> distances = new ArrayList<>();
        for (JsonNode flash : report.path("flashes")) {
            for (JsonNode beep : report.path("beeps")) {
                double distance = beep.asDouble() - flash.asDouble();
                if (Math.abs(distance) < 0.5) {
                    distances.add(distance);
                }
            }
        }
        Collections.sort(distances);
        assertThat(distances.size()).as("flashes with a beep: %s", report).isGreaterThanOrEqualTo(atLeast);
        assertThat(distances.get(distances.size() / 2))
                .as("seconds from flash to beep: %s", report)
                .isBetween(-STEP_SECONDS, STEP_SECONDS);
    }
}
