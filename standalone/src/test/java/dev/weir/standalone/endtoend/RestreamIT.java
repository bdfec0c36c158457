package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.standalone.CommandRun;
import dev.weir.standalone.process.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A stream goes from a browser through the log to another gateway by WHIP, and a browser watches it there. */
@ExtendWith(SharedTestBed.class)
@Timeout(300)
class RestreamIT {
    /** How long the copy behind another gateway is watched. */
    private static final int SECONDS = Integer.getInteger("weir.restream.seconds", 3);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "t0ken-that-nobody-may-see";

    @TempDir
    Path folder = Path.of("");

    static CommandRun restream(TestBed bed, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("restream", command));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--data", bed.folder().resolve("data").toString()));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static String list(TestBed bed) {
        CommandRun run = restream(bed, "list");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private static void awaitList(TestBed bed, String... words) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(list(bed)).contains(words));
    }

    @Test
    void aBrowserWatchesTheStreamBehindAnotherGateway(TestBed bed) throws Exception {
        try (WeirProcess second = WeirProcess.gateway(folder);
                Page publisher = bed.publisherPage();
                Page viewer = bed.viewerPage()) {
            // given a stream and a target
            publisher.evaluate("publish('" + bed.weir().uri("/whip/restreamed") + "', 'VP8')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            Path url = Files.writeString(
                    folder.resolve("url.txt"), "whip+" + second.uri("/whip/copy") + "?key=" + SECRET + "\n");
            CommandRun added = restream(
                    bed,
                    "add",
                    "copy",
                    "--stream",
                    "restreamed",
                    "--url-file",
                    url.toString(),
                    "--set",
                    "restream.allow=127.0.0.0/8",
                    "--set",
                    "restream.latency.ms=50");
            assertThat(added.exitCode()).as(added.err()).isZero();
            assertThat(added.out())
                    .contains("copy pushes restreamed to whip+http://127.0.0.1:")
                    .doesNotContain(SECRET);
            awaitList(bed, "copy", "restreamed", "RUNNING", "SENDING");
            CommandRun back = restream(
                    bed,
                    "add",
                    "back",
                    "--stream",
                    "restreamed",
                    "--url",
                    "whip+" + bed.weir().uri("/whip/restreamed-back"),
                    "--set",
                    "restream.allow=127.0.0.1");
            assertThat(back.exitCode()).as(back.err()).isZero();

            // when a browser watches behind the second gateway
            viewer.evaluate("play('" + second.uri("/whep/copy") + "')");
            viewer.awaitTrue(
                    "report().then(r => r.framesDecoded > " + 20 * SECONDS + " && r.audioPacketsReceived > "
                            + 45 * SECONDS + ")",
                    PATIENCE.plusSeconds(SECONDS));
            JsonNode seen = viewer.evaluate("report()");
            assertThat(seen.path("codec").asText()).isEqualTo("VP8");
            assertThat(second.stream("copy").path("subscriberCount").asInt()).isEqualTo(1);

            // then the status page, the catalogue and the command line tell the same of it, and of one that fails
            String nobody = "rtmp://127.0.0.1:" + freePort();
            CommandRun failing = restream(
                    bed,
                    "add",
                    "deaf",
                    "--stream",
                    "restreamed",
                    "--url",
                    nobody + "/live/" + SECRET,
                    "--set",
                    "restream.allow=127.0.0.1");
            assertThat(failing.exitCode()).as(failing.err()).isZero();
            try (Page status = bed.browser().open(bed.weir().uri("/"))) {
                status.awaitTrue("document.querySelectorAll('.targets li').length === 3", PATIENCE);
                status.awaitTrue(
                        "document.querySelector('.targets').innerText.includes('takes no connection')", PATIENCE);
                status.awaitTrue(
                        "/copy\\s+sending\\s+[0-9.]+ [kM]bit\\/s, [0-9.]+ s behind/.test("
                                + "document.querySelector('.targets').innerText)",
                        PATIENCE);
                String shown = status.evaluate("document.querySelector('.targets').innerText")
                        .asText();
                assertThat(shown)
                        .contains("whip+http://127.0.0.1:", "deaf", "tries again", nobody, "ago: ")
                        .doesNotContain(SECRET);
                status.screenshot(bed.folder().resolve("pictures/targets.png"));
                assertThat(status.messages()).isEmpty();
            }
            assertThat(bed.weir().stream("restreamed").path("targets").toString())
                    .contains("\"state\":\"sending\"", "takes no connection")
                    .doesNotContain(SECRET);
            CommandRun told = CommandRun.of(
                    "log",
                    "--targets",
                    "--stream",
                    "restreamed",
                    "--data",
                    bed.folder().resolve("data").toString());
            assertThat(told.out())
                    .contains("copy whip+http://127.0.0.1:", " SENDING ", "deaf " + nobody, "takes no connection")
                    .doesNotContain(SECRET);
            assertThat(restream(bed, "status").out()).contains("copy", "SENDING", "deaf");
            CommandRun removed = restream(bed, "remove", "deaf");
            assertThat(removed.exitCode()).as(removed.err()).isZero();
            assertThat(removed.err()).isEmpty();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> !bed.weir().stream("restreamed")
                            .path("targets")
                            .toString()
                            .contains("deaf"));

            // and packets come as they are, soon
            CopyDelay delay = CopyDelay.of(
                    DataDirectory.kafkaAddress(bed.folder().resolve("data")).orElseThrow(),
                    "restreamed",
                    "restreamed-back");
            System.out.println("whip " + delay);
            assertThat(delay.packets()).isGreaterThan(20 * SECONDS);
            assertThat(delay.unknown()).isZero();
            assertThat(delay.p95Millis()).isBetween(50.0, 10_000.0);
            assertThat(restream(bed, "remove", "back").exitCode()).isZero();
            List<Double> steps = new ArrayList<>();
            for (Path recording : bed.weir().archive("restreamed-back").awaitMedia()) {
                steps.addAll(Ffmpeg.beepsAfterFlashesMillis(recording));
            }
            Collections.sort(steps);
            System.out.println("whip beeps after flashes, ms: " + steps);
            assertThat(steps).hasSizeGreaterThan(SECONDS - 1);
            assertThat(steps.get(steps.size() / 2)).isBetween(-120.0, 120.0);

            // and the target does what it is told
            assertThat(restream(bed, "stop", "copy").exitCode()).isZero();
            awaitList(bed, "STOPPED");
            assertThat(restream(bed, "start", "copy").exitCode()).isZero();
            awaitList(bed, "RUNNING", "SENDING");
            assertThat(restream(bed, "pause", "copy").exitCode()).isZero();
            awaitList(bed, "PAUSED");
            assertThat(restream(bed, "restart", "copy").exitCode()).isZero();
            assertThat(list(bed)).doesNotContain(SECRET);
            assertThat(restream(bed, "remove", "copy").exitCode()).isZero();
            assertThat(list(bed)).contains("no targets");
            publisher.evaluate("stop()");
        }
    }

    @Test
    void enhancedRtmpCarriesAv1AndOpus(TestBed bed) throws Exception {
        int port = freePort();
        Path file = folder.resolve("enhanced.mkv");
        try (Page publisher = bed.publisherPage();
                ClientProcess server = ClientProcess.start(
                        "ffmpeg-rtmp",
                        List.of(
                                Ffmpeg.version8(),
                                "-nostdin",
                                "-v",
                                "error",
                                "-listen",
                                "1",
                                "-i",
                                "rtmp://127.0.0.1:" + port + "/live/" + SECRET,
                                "-t",
                                "3",
                                "-c",
                                "copy",
                                file.toString()))) {
            publisher.evaluate("publish('" + bed.weir().uri("/whip/enhanced") + "', 'AV1')");
            publisher.awaitTrue("report().then(r => r.framesSent > 30)", PATIENCE);
            CommandRun added = restream(
                    bed,
                    "add",
                    "enhanced",
                    "--stream",
                    "enhanced",
                    "--url",
                    "rtmp://127.0.0.1:" + port + "/live/" + SECRET,
                    "--set",
                    "restream.allow=127.0.0.1",
                    "--set",
                    "restream.audio=copy");
            assertThat(added.exitCode()).as(added.err()).isZero();
            assertThat(server.awaitExit(PATIENCE)).as(server.output()).isZero();
            restream(bed, "remove", "enhanced");
            publisher.evaluate("stop()");
        }
        JsonNode probed = Ffmpeg.probe(file);
        assertThat(Ffmpeg.stream(probed, "video").path("codec_name").asText()).isEqualTo("av1");
        assertThat(Ffmpeg.stream(probed, "video").path("nb_read_frames").asInt())
                .isGreaterThan(30);
        assertThat(Ffmpeg.stream(probed, "audio").path("codec_name").asText()).isEqualTo("opus");
        assertThat(Ffmpeg.stream(probed, "audio").path("nb_read_frames").asInt())
                .isGreaterThan(100);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void mistakesAreToldInALineThatHelps(TestBed bed) {
        CommandRun unknown = restream(bed, "pause", "nobody");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no target of that name").doesNotContain("Exception");

        CommandRun archive = restream(bed, "remove", "weir-archive");
        assertThat(archive.exitCode()).isEqualTo(1);
        assertThat(archive.err()).contains("weir-archive is a connector, but no target");

        CommandRun scheme = restream(bed, "add", "x", "--stream", "s", "--url", "ftp://example.org/" + SECRET);
        assertThat(scheme.exitCode()).isEqualTo(1);
        assertThat(scheme.err()).contains("rtmps://", "not ftp://").doesNotContain(SECRET);

        CommandRun setting = restream(
                bed, "add", "x", "--stream", "s", "--url", "udp://192.0.2.1:5000", "--set", "restream.latency.ms=-1");
        assertThat(setting.exitCode()).isEqualTo(1);
        assertThat(setting.err()).contains("Connect refuses", "restream.latency.ms");

        CommandRun away = CommandRun.of("restream", "list", "--connect", "http://127.0.0.1:9");
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(away.err()).contains("no answer from Connect", "--connect");
    }
}
