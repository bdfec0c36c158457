package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chromium publishes simulcast and SVC; Chromium viewers get the layers that their paths carry or that they ask for. */
@ExtendWith(SharedTestBed.class)
@Timeout(900)
class LayersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int SWITCHES = Integer.getInteger("weir.switches", 4);
    private static final String ENCODINGS = "[{rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100000},"
            + " {rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 300000}, {rid: 'f', maxBitrate: 1200000}]";

    @Test
    void viewersGetTheLayerThatTheirPathCarriesAndThoseTheyAskForWithoutADecodeError(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("layers"));
                BadPath path = new BadPath(weir, 4);
                Page publisher = bed.publisherPage();
                Page good = bed.viewerPage();
                Page thin = bed.viewerPage()) {
            publisher.evaluate("resize(960, 540)");
            publisher.evaluate("publish('" + weir.uri("/whip/layers") + "', 'VP8', {fps: 10, busy: true, encodings: "
                    + ENCODINGS + "})");
            publisher.awaitTrue(
                    "layersSent().then(all => all.length === 3 && all.every(l => l.frames > 15))", PATIENCE);
            path.fromGateway(BadPath.CLEAN.withRate(450_000, Duration.ofMillis(300)));

            good.evaluate("play('" + weir.uri("/whep/layers") + "')");
            thin.evaluate("play('" + weir.uri("/whep/layers") + "', '', " + path.port() + ")");
            good.awaitTrue("report().then(r => r.width === 960)", PATIENCE);
            thin.awaitTrue("report().then(r => r.width > 0 && r.width < 960)", PATIENCE);
            thin.awaitTrue("keepsDecoding(20)", PATIENCE);
            JsonNode narrow = thin.evaluate("report()");
            assertThat(narrow.path("width").asInt()).as("%s %s", narrow, path).isIn(240, 480);
            assertThat(good.evaluate("report()").path("width").asInt()).isEqualTo(960);
            assertThat(thin.evaluate("stop()").asInt()).isEqualTo(200);

            JsonNode before = good.evaluate("report()");
            long begunNanos = System.nanoTime();
            for (int i = 0; i < SWITCHES; i++) {
                String rid = i % 2 == 0 ? "q" : "h";
                assertThat(good.evaluate("chooseLayer({rid: '" + rid + "'})").asInt())
                        .isEqualTo(200);
                good.awaitTrue("report().then(r => r.width === " + (i % 2 == 0 ? 240 : 480) + ")", PATIENCE);
            }
            System.out.printf("%d switches took %.1f s%n", SWITCHES, (System.nanoTime() - begunNanos) / 1e9);
            JsonNode after = good.evaluate("report()");
            assertThat(after.path("plis").asInt())
                    .as("keyframes that Chromium asked for: %s", after)
                    .isEqualTo(before.path("plis").asInt());
            assertThat(after.path("keyFramesDecoded").asInt()
                            - before.path("keyFramesDecoded").asInt())
                    .isGreaterThanOrEqualTo(SWITCHES);
            assertThat(after.path("videoPacketsLost").asInt()).isZero();
            assertThat(good.messages()).isEmpty();
        }
    }

    @Test
    void spatialLayersOnOneSsrcAreShownWhole(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/svc")
                    + "', 'VP9', {fps: 15, encodings: [{scalabilityMode: 'L3T3', maxBitrate: 1000000}]})");
            publisher.awaitTrue("report().then(r => r.framesSent > 15)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/svc") + "')");
            viewer.awaitTrue("report().then(r => r.width === 640 && r.framesDecoded > 45)", PATIENCE);

            JsonNode seen = viewer.evaluate("report()");
            // Chromium leaves the lowest of three out when it would be tiny.
            assertThat(publisher.evaluate("report()").path("mode").asText()).isIn("L2T3", "L3T3");
            assertThat(seen.path("plis").asInt()).as("%s", seen).isZero();
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
        }
    }

    @Test
    void spatialLayersOfAv1AreShownWholeWithDescriptorsAndTheLowestWithout(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage();
                Page described = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/svc-av1")
                    + "', 'AV1', {fps: 10, encodings: [{scalabilityMode: 'L2T2', maxBitrate: 600000}]})");
            publisher.awaitTrue("report().then(r => r.framesSent > 15)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/svc-av1") + "')");
            described.evaluate("wantDescriptors()");
            described.evaluate("play('" + weir.uri("/whep/svc-av1") + "')");
            viewer.awaitTrue("report().then(r => r.width === 320 && r.framesDecoded > 30)", PATIENCE);
            described.awaitTrue("report().then(r => r.width === 640 && r.framesDecoded > 30)", PATIENCE);

            assertThat(publisher.evaluate("report()").path("mode").asText()).isEqualTo("L2T2");
            for (Page page : List.of(viewer, described)) {
                JsonNode seen = page.evaluate("report()");
                assertThat(seen.path("plis").asInt()).as("%s", seen).isZero();
                assertThat(seen.path("videoPacketsLost").asInt()).as("%s", seen).isZero();
                assertThat(page.evaluate("stop()").asInt()).isEqualTo(200);
            }
            assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
        }
    }
}
