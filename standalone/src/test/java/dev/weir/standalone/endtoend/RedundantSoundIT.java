package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two Chromium viewers behind the same losses, of which one asked for redundant sound. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class RedundantSoundIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int PACKETS = 250;

    @Test
    void aViewerThatPutsItFirstHearsWhatItsPathLoses(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("red"));
                BadPath path = new BadPath(weir, 11);
                Page publisher = bed.publisherPage();
                Page redundant = bed.viewerPage();
                Page plain = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/red") + "', 'VP8', {fps: 5})");
            publisher.awaitTrue("report().then(r => r.framesSent > 5)", PATIENCE);
            String arguments = "'" + weir.uri("/whep/red") + "', '', " + path.port();
            redundant.evaluate("play(" + arguments + ", true)");
            plain.evaluate("play(" + arguments + ")");
            for (Page viewer : new Page[] {redundant, plain}) {
                viewer.awaitTrue("report().then(r => r.audioPacketsReceived > 25 && r.framesDecoded > 0)", PATIENCE);
            }
            JsonNode before = redundant.evaluate("report()");
            double plainBefore = concealed(plain.evaluate("report()"));
            path.fromGateway(BadPath.CLEAN.withLoss(0.15, 1));
            for (Page viewer : new Page[] {redundant, plain}) {
                viewer.awaitTrue("sentSince('audioPacketsReceived').then(n => n > " + PACKETS + ")", PATIENCE);
            }

            JsonNode after = redundant.evaluate("report()");
            double restored = concealed(after) - concealed(before);
            double missed = concealed(plain.evaluate("report()")) - plainBefore;
            System.out.printf(
                    "redundant sound to viewers: %d packets lost, %.2f s concealed; plain %.2f s concealed%n",
                    after.path("audioPacketsLost").asInt(), restored, missed);
            assertThat(after.path("audioPacketsLost").asInt()).as("%s", after).isPositive();
            // Chromium counts what it takes out of repetitions nowhere, and names the codec inside.
            assertThat(missed).isPositive();
            assertThat(restored).isLessThan(missed / 2);
            assertThat(redundant.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(plain.evaluate("stop()").asInt()).isEqualTo(200);
        }
    }

    private static double concealed(JsonNode report) {
        return report.path("audioConcealedSeconds").asDouble();
    }
}
