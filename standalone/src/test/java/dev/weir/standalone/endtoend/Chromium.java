package dev.weir.standalone.endtoend;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Debian's Chromium, headless, with a fake camera, a profile of its own and no network but loopback media. */
final class Chromium implements AutoCloseable {
    private static final BrowserProcess.Protocol PROTOCOL =
            new BrowserProcess.Protocol("DevTools listening on ", "", "Browser.close");

    private final BrowserProcess browser;
    private final Map<String, Page> pages;

    private Chromium(BrowserProcess browser, Map<String, Page> pages) {
        this.browser = browser;
        this.pages = pages;
    }

    static Chromium start(Path profile) throws IOException, InterruptedException {
        List<String> command = List.of(
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
                "about:blank");
        Map<String, Page> pages = new ConcurrentHashMap<>();
        return new Chromium(
                BrowserProcess.start("chromium", command, PROTOCOL, (session, event) -> {
                    Page page = pages.get(session);
                    if (page != null) {
                        page.onEvent(event);
                    }
                }),
                pages);
    }

    /** A new tab that has loaded the address. */
    Page open(URI address) throws InterruptedException {
        String target = browser.send(
                        "Target.createTarget", DevTools.JSON.createObjectNode().put("url", "about:blank"))
                .path("targetId")
                .asText();
        String session = browser.send(
                        "Target.attachToTarget",
                        DevTools.JSON.createObjectNode().put("targetId", target).put("flatten", true))
                .path("sessionId")
                .asText();
        Page page = new Page(browser.tools(), target, session);
        pages.put(session, page);
        page.navigate(address);
        return page;
    }

    @Override
    public void close() {
        browser.close();
    }
}
