package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.probe.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every client that runs here, as a publisher and as a viewer. They live in the namespace of {@code namespace.sh}. */
final class InteropClients implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** Until somebody stops it. */
    private static final int LONG_SECONDS = 90;

    private static final int FRAMES = 30;

    /** A client that publishes one codec. */
    record Publisher(String client, String codec, Start start) {
        /** Starts to publish; to close is to leave, as a good client does. */
        interface Start {
            AutoCloseable publish(String url) throws Exception;
        }
    }

    /** A client that watches. */
    record Viewer(String client, Watch watch) {
        /** Watches until enough is decoded, and leaves; throws when that does not happen. */
        interface Watch {
            JsonNode watch(String url) throws Exception;
        }
    }

    private final FileServer files;
    private final Chromium chromium;
    private final Firefox firefox;

    InteropClients(Path folder) throws IOException, InterruptedException {
        files = new FileServer(Path.of("target", "test-classes"));
        chromium = Chromium.start(folder.resolve("chromium"));
        firefox = Firefox.start(folder.resolve("firefox"));
    }

    List<Publisher> publishers() {
        List<Publisher> all = new ArrayList<>();
        for (String codec : List.of("H264", "VP8", "VP9", "AV1")) {
            all.add(new Publisher("Chromium", codec, url -> publish(chromium.open(page()), url, codec)));
            all.add(new Publisher(
                    "libwebrtc", codec, url -> leaving(probe("publish", "--url", url, "--codec", codec))));
        }
        all.add(new Publisher(InteropTable.SINGLE_UNITS, "H264", url -> {
            ScriptedPage page = chromium.open(page());
            page.evaluate("onlyPacketizationMode(0)");
            return publish(page, url, "H264");
        }));
        for (String codec : List.of("VP8", "VP9")) {
            all.add(new Publisher("Firefox", codec, url -> publish(firefox.open(page()), url, codec)));
        }
        for (String codec : List.of("H264", "H265", "VP8", "VP9")) {
            all.add(new Publisher(
                    "GStreamer",
                    codec,
                    url -> leaving(gstreamer("publish", url, String.valueOf(LONG_SECONDS), codec))));
        }
        all.add(new Publisher("FFmpeg", "H264", url -> leaving(Ffmpeg.publish(url, LONG_SECONDS))));
        all.add(new Publisher("libdatachannel", "H264", url -> leaving(NodeClients.publish(url, LONG_SECONDS))));
        return all;
    }

    List<Viewer> viewers() {
        return List.of(
                new Viewer("Chromium", url -> watch(chromium.open(page()), url)),
                new Viewer("Firefox", url -> watch(firefox.open(page()), url)),
                new Viewer("libwebrtc", url -> report(probe("play", "--url", url, "--for", "3s", "--json"))),
                new Viewer("GStreamer", url -> report(gstreamer("play", url, "20"))));
    }

    /** What opens the recordings. */
    RecordingPlayers players() {
        return new RecordingPlayers(chromium, files.uri("client/hls.html"));
    }

    private java.net.URI page() {
        return files.uri("client/index.html");
    }

    private static AutoCloseable publish(ScriptedPage page, String url, String codec) throws InterruptedException {
        page.evaluate("publish('" + url + "', '" + codec + "')");
        return () -> {
            try (page) {
                assertThat(page.evaluate("stop()").asInt()).isEqualTo(200);
            }
        };
    }

    private static JsonNode watch(ScriptedPage page, String url) throws InterruptedException {
        try (page) {
            page.evaluate("play('" + url + "')");
            JsonNode report = awaitMedia(page);
            assertThat(page.evaluate("stop()").asInt()).isEqualTo(200);
            return report;
        }
    }

    private static JsonNode awaitMedia(ScriptedPage page) throws InterruptedException {
        try {
            page.awaitTrue(
                    "report().then(r => r.framesDecoded > " + FRAMES
                            + " && r.audioPacketsReceived > 20 && r.firstFrameMillis > 0)",
                    PATIENCE);
            return page.evaluate("report()");
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nit reports " + page.evaluate("report()"), e);
        }
    }

    private static ClientProcess probe(String... arguments) throws IOException {
        return ClientProcess.startJava("probe", List.of("-Xmx128m"), Main.class, List.of(arguments));
    }

    static ClientProcess gstreamer(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/python3",
                Path.of("target", "test-classes", "client", "gstreamer.py").toString()));
        command.addAll(List.of(arguments));
        return ClientProcess.start("gstreamer", command);
    }

    /** Ctrl-C; every one of these clients ends its session then. */
    private static AutoCloseable leaving(ClientProcess process) {
        return () -> {
            try (process) {
                assertThat(process.isAlive()).as("%s", process.output()).isTrue();
                process.interrupt();
                process.awaitExit(PATIENCE);
            }
        };
    }

    private static JsonNode report(ClientProcess process) throws Exception {
        try (process) {
            int exit = process.awaitExit(PATIENCE);
            assertThat(exit).as(process.output()).isZero();
            JsonNode report = DevTools.JSON.readTree(process.lastLine());
            assertThat(report.path("framesDecoded").asInt())
                    .as(process.output())
                    .isGreaterThan(FRAMES);
            assertThat(report.path("audioPacketsReceived").asInt())
                    .as(process.output())
                    .isGreaterThan(20);
            return report;
        }
    }

    @Override
    public void close() {
        try (files;
                chromium;
                firefox) {
            // Each is closed even when another fails to.
        }
    }
}
