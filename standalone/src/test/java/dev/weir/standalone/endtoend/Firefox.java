package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Debian's Firefox ESR, headless, driven by WebDriver BiDi without a driver in between. It gathers no candidates on
 * loopback: run it behind {@code namespace.sh}.
 */
final class Firefox implements AutoCloseable {
    private static final BrowserProcess.Protocol PROTOCOL =
            new BrowserProcess.Protocol("WebDriver BiDi listening on ", "/session", "browser.close");
    private static final List<String> PREFERENCES = List.of(
            "'media.autoplay.default', 0",
            "'media.autoplay.blocking_policy', 0",
            "'media.navigator.permission.disabled', true",
            "'media.navigator.streams.fake', true",
            // Frames of a page that nobody sees are to be painted all the same.
            "'dom.timeout.enable_budget_timer_throttling', false",
            "'dom.min_background_timeout_value', 4",
            "'app.update.disabledForTesting', true",
            "'browser.shell.checkDefaultBrowser', false",
            "'browser.startup.page', 0",
            "'datareporting.policy.dataSubmissionEnabled', false",
            "'media.gmp-manager.updateEnabled', false",
            "'network.captive-portal-service.enabled', false",
            "'network.connectivity-service.enabled', false",
            "'extensions.update.enabled', false",
            "'services.settings.server', 'data:,'",
            "'toolkit.telemetry.enabled', false");

    private final BrowserProcess browser;

    private Firefox(BrowserProcess browser) {
        this.browser = browser;
    }

    static Firefox start(Path profile) throws IOException, InterruptedException {
        Files.createDirectories(profile);
        Files.write(
                profile.resolve("user.js"),
                PREFERENCES.stream()
                        .map(preference -> "user_pref(" + preference + ");")
                        .toList());
        List<String> command = List.of(
                "env",
                "HOME=" + profile,
                "/usr/bin/firefox-esr",
                "--headless",
                "--no-remote",
                "--profile",
                profile.toString(),
                "--remote-debugging-port",
                "0",
                "about:blank");
        BrowserProcess browser = BrowserProcess.start("firefox", command, PROTOCOL, (session, event) -> {});
        ObjectNode capabilities = DevTools.JSON.createObjectNode();
        capabilities.putObject("capabilities");
        browser.send("session.new", capabilities);
        return new Firefox(browser);
    }

    /** A new window that has loaded the address; Firefox paints the canvas of a hidden tab too seldom to capture it. */
    ScriptedPage open(URI address) throws InterruptedException {
        String context = browser.send(
                        "browsingContext.create",
                        DevTools.JSON.createObjectNode().put("type", "window"))
                .path("context")
                .asText();
        browser.send(
                "browsingContext.navigate",
                DevTools.JSON
                        .createObjectNode()
                        .put("context", context)
                        .put("url", address.toString())
                        .put("wait", "complete"));
        return new Tab(context);
    }

    @Override
    public void close() {
        browser.close();
    }

    private final class Tab implements ScriptedPage {
        private final String context;

        Tab(String context) {
            this.context = context;
        }

        /** By way of JSON, because BiDi's own form of values is another. */
        @Override
        public JsonNode evaluate(String expression) throws InterruptedException {
            ObjectNode parameters = DevTools.JSON
                    .createObjectNode()
                    .put("expression", "(async () => JSON.stringify((await (" + expression + ")) ?? null))()")
                    .put("awaitPromise", true)
                    .put("userActivation", true);
            parameters.putObject("target").put("context", context);
            JsonNode result = browser.send("script.evaluate", parameters);
            if (result.has("exceptionDetails")) {
                throw new AssertionError("in the page: "
                        + result.path("exceptionDetails").path("text").asText());
            }
            try {
                return DevTools.JSON.readTree(
                        result.path("result").path("value").asText("null"));
            } catch (IOException e) {
                throw new AssertionError("Firefox sent no JSON: " + result, e);
            }
        }

        @Override
        public String toString() {
            return "Firefox";
        }

        @Override
        public void close() {
            try {
                browser.send(
                        "browsingContext.close",
                        DevTools.JSON.createObjectNode().put("context", context));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
