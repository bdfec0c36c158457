package dev.weir.standalone.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One running product and two browsers, shared by all end-to-end tests and stopped after the last. */
final class TestBed implements AutoCloseable {
    private static final Duration WARM_UP_TIMEOUT = Duration.ofSeconds(30);

    private final Path folder;
    private final WeirProcess weir;
    private final FileServer files;
    private final Chromium publishers;
    private final Chromium viewers;

    @SuppressWarnings("MustBeClosedChecker")
    TestBed() throws IOException, InterruptedException {
        Path target = Files.createDirectories(Path.of("target", "end-to-end").toAbsolutePath());
        folder = Files.createTempDirectory(target, "run-");
        weir = WeirProcess.demo(folder.resolve("data"));
        files = new FileServer(Path.of("target", "test-classes"));
        publishers = Chromium.start(folder.resolve("publishers"));
        viewers = Chromium.start(folder.resolve("viewers"));
        warmUp();
    }

    /** One unmeasured stream: first frames are to be those of a running system, not of cold JVMs and browsers. */
    private void warmUp() throws InterruptedException {
        try (Page publisher = publisherPage();
                Page viewer = viewerPage()) {
            publisher.evaluate("publish('" + weir.uri("/whip/warm-up") + "', 'VP8')");
            publisher.awaitTrue("report().then(r => r.framesSent > 10)", WARM_UP_TIMEOUT);
            viewer.evaluate("play('" + weir.uri("/whep/warm-up") + "')");
            viewer.awaitTrue("report().then(r => r.framesDecoded > 10)", WARM_UP_TIMEOUT);
            viewer.evaluate("stop()");
            publisher.evaluate("stop()");
        }
    }

    WeirProcess weir() {
        return weir;
    }

    /** A page that can {@code publish(url, codec)}, on another origin than the gateway. */
    Page publisherPage() throws InterruptedException {
        return publishers.open(files.uri("client/index.html"));
    }

    /** A page that can {@code play(url)}, in another browser process than the publishers. */
    Page viewerPage() throws InterruptedException {
        return viewers.open(files.uri("client/index.html"));
    }

    Chromium browser() {
        return viewers;
    }

    /** For screenshots, logs and all that helps after a failure. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try (weir;
                files;
                publishers;
                viewers) {
            // Each is closed even when another fails to.
        }
    }
}
