package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One tab of {@link Chromium}. Methods block; any thread. */
final class Page implements ScriptedPage {
    private final DevTools devTools;
    private final String targetId;
    private final String sessionId;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    Page(DevTools devTools, String targetId, String sessionId) {
        this.devTools = devTools;
        this.targetId = targetId;
        this.sessionId = sessionId;
    }

    void navigate(URI address) throws InterruptedException {
        send("Runtime.enable", empty());
        send("Log.enable", empty());
        send("Page.enable", empty());
        JsonNode result = send("Page.navigate", empty().put("url", address.toString()));
        if (result.has("errorText")) {
            throw new AssertionError(address + ": " + result.get("errorText").asText());
        }
        awaitTrue("location.href !== 'about:blank' && document.readyState === 'complete'", Duration.ofSeconds(20));
    }

    @Override
    public JsonNode evaluate(String expression) throws InterruptedException {
        JsonNode result = send(
                "Runtime.evaluate",
                empty().put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true)
                        .put("userGesture", true));
        if (result.has("exceptionDetails")) {
            JsonNode details = result.get("exceptionDetails");
            String text = details.path("exception").path("description").asText(details.toString());
            throw new AssertionError("in the page: " + text + "\nmessages: " + messages);
        }
        return result.path("result").path("value");
    }

    void screenshot(Path file) throws InterruptedException, IOException {
        JsonNode result = send("Page.captureScreenshot", empty().put("format", "png"));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, Base64.getDecoder().decode(result.path("data").asText()));
    }

    /** What the page's scripts and the browser itself complained about. */
    List<String> messages() {
        return messages;
    }

    void onEvent(JsonNode event) {
        JsonNode parameters = event.path("params");
        switch (event.path("method").asText()) {
            case "Runtime.exceptionThrown" ->
                messages.add(parameters.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (parameters.path("type").asText().matches("error|warning")) {
                    messages.add(parameters.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (parameters.path("entry").path("level").asText().equals("error")) {
                    messages.add(parameters.path("entry").toString());
                }
            }
            default -> {}
        }
    }

    @Override
    public String toString() {
        return "Chromium, messages: " + messages;
    }

    private JsonNode send(String method, ObjectNode parameters) throws InterruptedException {
        return devTools.send(sessionId, method, parameters);
    }

    private static ObjectNode empty() {
        return DevTools.JSON.createObjectNode();
    }

    @Override
    public void close() {
        try {
            devTools.send("", "Target.closeTarget", empty().put("targetId", targetId));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
