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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WHIP and WHEP libraries of medooze and Eyevinn, as npm gives them, in Chromium and on another origin. */
@ExtendWith(SharedTestBed.class)
@Timeout(300)
class BrowserLibrariesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"medooze", "eyevinn"})
    void aLibraryPublishesAndPlays(String library, TestBed bed) throws Exception {
        NodeClients.install();
        WeirProcess weir = bed.weir();
        try (FileServer files = new FileServer(Path.of("target"));
                Page publisher = bed.browser().open(files.uri("test-classes/client/libraries.html"));
                Page viewer = bed.browser().open(files.uri("test-classes/client/libraries.html"))) {
            publisher.evaluate(library + "Publish('" + weir.uri("/whip/" + library) + "')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            viewer.evaluate(library + "Play('" + weir.uri("/whep/" + library) + "')");
            viewer.awaitTrue(
                    "peer && report().then(r => r.framesDecoded > 30 && r.audioPacketsReceived > 20)", PATIENCE);

            assertGoodManners(viewer.evaluate(library + "Stop()"));
            assertGoodManners(publisher.evaluate(library + "Stop()"));
            viewer.awaitTrue(
                    "fetch('" + weir.uri("/streams") + "').then(r => r.text())" + ".then(t => !t.includes('" + library
                            + "'))",
                    PATIENCE);
        }
    }

    /** The library restarts ICE by PATCH with {@code If-Match: *}, and the same viewer goes on watching. */
    @Test
    void medoozeRestartsIceWhileSomebodyWatches(TestBed bed) throws Exception {
        NodeClients.install();
        WeirProcess weir = bed.weir();
        try (FileServer files = new FileServer(Path.of("target"));
                Page publisher = bed.browser().open(files.uri("test-classes/client/libraries.html"));
                Page viewer = bed.viewerPage()) {
            publisher.evaluate("medoozePublish('" + weir.uri("/whip/restarted") + "')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            viewer.evaluate("play('" + weir.uri("/whep/restarted") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 30)", PATIENCE);

            assertThat(publisher.evaluate("medoozeRestart()").asBoolean()).isTrue();

            int before = viewer.evaluate("report()").path("framesDecoded").asInt();
            viewer.awaitTrue("report().then(r => r.framesDecoded > " + (before + 60) + ")", PATIENCE);
            assertThat(publisher.evaluate("peer.connectionState").asText()).isEqualTo("connected");
            assertThat(viewer.evaluate("stop()").asInt()).isEqualTo(200);
            assertThat(publisher.evaluate("medoozeStop()").toString()).contains("PATCH 200");
        }
    }

    /**
     * One POST and one DELETE, and nothing that the library did on the way was refused. The DELETE of medooze follows the end
     * of the DTLS association, with which the session may have gone.
     */
    private static void assertGoodManners(JsonNode requests) {
        List<String> all = new ArrayList<>();
        requests.forEach(request -> all.add(request.asText()));
        assertThat(all).startsWith(all.get(0).startsWith("OPTIONS") ? "OPTIONS 200" : "POST 201");
        assertThat(all).allMatch(request -> request.matches("\\S+( events)? 20[0-4]|DELETE 404"));
        assertThat(all.stream().filter(request -> request.equals("POST 201"))).hasSize(1);
        assertThat(all.stream().filter(request -> request.startsWith("DELETE"))).hasSize(1);
    }
}
