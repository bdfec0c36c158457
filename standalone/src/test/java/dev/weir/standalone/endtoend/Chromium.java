package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Debian's Chromium, headless, with a fake camera, a profile of its own and no network but loopback media. */
final class Chromium implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final String LISTENING = "DevTools listening on ";

    private final ClientProcess process;
    private final DevTools devTools;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    private Chromium(ClientProcess process, URI endpoint) throws InterruptedException {
        this.process = process;
        devTools = new DevTools(endpoint, this::onEvent);
    }

    static Chromium start(Path profile) throws IOException, InterruptedException {
        ClientProcess process = ClientProcess.start(
                "chromium",
                List.of(
                        "/usr/bin/chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--use-fake-device-for-media-stream",
                        "--use-fake-ui-for-media-stream",
                        "--autoplay-policy=no-user-gesture-required",
                        "--allow-loopback-in-peer-connection",
                        // Hidden pages would paint, and so capture from a canvas, once a second.
                        "--disable-background-timer-throttling",
                        "--disable-backgrounding-occluded-windows",
                        "--disable-renderer-backgrounding",
                        "--disable-quic",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--window-size=1280,900",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"));
        try {
            String line = process.awaitLine(l -> l.startsWith(LISTENING), START_TIMEOUT);
            return new Chromium(process, URI.create(line.substring(LISTENING.length())));
        } catch (AssertionError | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    /** A new tab that has loaded the address. */
    Page open(URI address) throws InterruptedException {
        String target = devTools.send(
                        "",
                        "Target.createTarget",
                        DevTools.JSON.createObjectNode().put("url", "about:blank"))
                .path("targetId")
                .asText();
        String session = devTools.send(
                        "",
                        "Target.attachToTarget",
                        DevTools.JSON.createObjectNode().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        Page page = new Page(devTools, target, session);
        pages.put(session, page);
        page.navigate(address);
        return page;
    }

    private void onEvent(String sessionId, JsonNode event) {
        Page page = pages.get(sessionId);
        if (page != null) {
            page.onEvent(event);
        }
    }

    @Override
    public void close() {
        try {
            // In good order first, so that it removes its own temporary folders.
            devTools.send("", "Browser.close", DevTools.JSON.createObjectNode());
            process.awaitExit(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            devTools.close();
            process.close();
        }
    }
}
