package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Chromium publisher is replaced by another one, and moves to another port, while a Chromium viewer watches. */
@ExtendWith(SharedTestBed.class)
@Timeout(180)
class PublisherReturnIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void theViewerStaysAndGoesOnWithTheNewPublisher(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("return"), "sessions.takeover=always");
                BadPath path = new BadPath(weir, 4);
                Page viewer = bed.viewerPage();
                Page second = bed.publisherPage()) {
            Page first = bed.publisherPage();
            publish(first, weir, "{through: " + path.port() + "}");
            viewer.evaluate("play('" + weir.uri("/whep/return") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);
            long epoch = weir.stream("return").path("epoch").asLong();

            // The first publisher's NAT loses its table: same session, other address.
            path.rebind();
            viewer.awaitTrue("keepsDecoding(90)", PATIENCE);
            assertThat(weir.stream("return").path("epoch").asLong()).isEqualTo(epoch);

            // Then it is gone without a word, and another one comes: other SSRCs, keys, ports and numbers.
            first.close();
            publish(second, weir, "{}");
            int decoded = viewer.evaluate("report()").path("framesDecoded").asInt();
            viewer.awaitTrue("report().then(r => r.framesDecoded > " + (decoded + 60) + ")", PATIENCE);

            assertThat(weir.stream("return").path("epoch").asLong()).isGreaterThan(epoch);
            JsonNode seen = viewer.evaluate("report()");
            assertThat(seen.path("connection").asText()).isEqualTo("connected");
            assertThat(seen.path("videoPacketsLost").asInt())
                    .as("no jump of numbers: %s", seen)
                    .isZero();
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(viewer.messages()).isEmpty();
        }
    }

    /** Nobody negotiates anew: the answer has all codecs of the viewer, and Chromium changes its decoder by payload type. */
    @Test
    void theViewerStaysWhenThePublisherReturnsWithAnotherCodec(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        String whip = weir.uri("/whip/other-codec").toString();
        List<String> codecs = List.of("VP8", "H264", "VP9");
        try (Page viewer = bed.viewerPage()) {
            long epoch = 0;
            String ufrag = "";
            for (String codec : codecs) {
                try (Page publisher = bed.publisherPage()) {
                    publisher.evaluate("publish('" + whip + "', '" + codec + "')");
                    publisher.awaitTrue("report().then(r => r.framesSent > 5)", PATIENCE);
                    if (epoch == 0) {
                        viewer.evaluate("play('" + weir.uri("/whep/other-codec") + "')");
                    }
                    int before =
                            viewer.evaluate("report()").path("framesDecoded").asInt();
                    viewer.awaitTrue(
                            "report().then(r => r.codec === '" + codec + "' && r.framesDecoded > " + (before + 30)
                                    + ")",
                            PATIENCE);

                    JsonNode seen = viewer.evaluate("report()");
                    assertThat(seen.path("connection").asText()).isEqualTo("connected");
                    assertThat(seen.path("videoPacketsLost").asInt())
                            .as("no jump of numbers: %s", seen)
                            .isZero();
                    assertThat(seen.path("audioPacketsLost").asInt())
                            .as("%s", seen)
                            .isZero();
                    assertThat(seen.path("ufrag").asText())
                            .isEqualTo(epoch == 0 ? seen.path("ufrag").asText() : ufrag);
                    ufrag = seen.path("ufrag").asText();
                    JsonNode stream = weir.stream("other-codec");
                    assertThat(stream.path("epoch").asLong()).isGreaterThan(epoch);
                    epoch = stream.path("epoch").asLong();
                    assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
                }
            }
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(viewer.messages()).isEmpty();
        }
        List<String> archived = new ArrayList<>();
        for (Path file : weir.archive("other-codec").awaitMedia(codecs.size())) {
            Ffmpeg.assertDecodesSilently(file.toString());
            archived.add(Ffmpeg.stream(Ffmpeg.probe(file), "video")
                    .path("codec_name")
                    .asText());
        }
        assertThat(archived).containsExactly("vp8", "h264", "vp9");
    }

    private static void publish(Page page, WeirProcess weir, String options) throws InterruptedException {
        page.evaluate("publish('" + weir.uri("/whip/return") + "', 'VP8', " + options + ")");
        page.awaitTrue("report().then(r => r.framesSent > 15)", PATIENCE);
    }
}
