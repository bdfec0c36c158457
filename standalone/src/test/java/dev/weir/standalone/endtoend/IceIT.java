package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Chromium restarts ICE while it sends and receives, and goes by TCP where there is no UDP. */
@ExtendWith(SharedTestBed.class)
@Timeout(120)
class IceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aBrowserRestartsIceWithoutAGapInThePicture(TestBed bed) throws Exception {
        WeirProcess weir = bed.weir();
        try (Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/restart") + "', 'VP8')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/restart") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 60)", PATIENCE);

            for (Page page : new Page[] {publisher, viewer}) {
                String ufrag = page.evaluate("restartIce()").asText();
                page.awaitTrue(
                        "report().then(r => r.ufrag === '" + ufrag + "' && r.connection === 'connected')", PATIENCE);
                int decoded = viewer.evaluate("report()").path("framesDecoded").asInt();
                viewer.awaitTrue("report().then(r => r.framesDecoded > " + (decoded + 90) + ")", PATIENCE);
            }

            JsonNode seen = viewer.evaluate("report()");
            for (String trouble : new String[] {"videoPacketsLost", "nacks", "plis"}) {
                assertThat(seen.path(trouble).asInt())
                        .as("%s in %s", trouble, seen)
                        .isZero();
            }
            assertThat(publisher.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(viewer.messages()).isEmpty();
            assertThat(publisher.messages()).isEmpty();
        }
    }

    @Test
    void aBrowserWithoutUdpPublishesAndPlaysByTcp(TestBed bed) throws Exception {
        try (WeirProcess weir = WeirProcess.gateway(bed.folder().resolve("no-data"), "tcp.port=" + freePort());
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            publisher.evaluate("ignoreInAnswer(/^a=candidate:.* UDP /)");
            viewer.evaluate("ignoreInAnswer(/^a=candidate:.* UDP /)");

            publisher.evaluate("publish('" + weir.uri("/whip/tcp") + "', 'VP8')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/tcp") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 60)", PATIENCE);

            for (Page page : new Page[] {publisher, viewer}) {
                assertThat(page.evaluate("report()").path("protocol").asText()).isEqualTo("tcp");
                assertThat(page.evaluate("stop()").asInt()).isEqualTo(200);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }
}
