package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** A browser's process and the WebSocket that drives it. Any thread. */
final class BrowserProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final ClientProcess process;
    private final DevTools tools;
    private final String closeCommand;

    private BrowserProcess(ClientProcess process, DevTools tools, String closeCommand) {
        this.process = process;
        this.tools = tools;
        this.closeCommand = closeCommand;
    }

    /** What one browser does in its own way. */
    record Protocol(String listening, String path, String closeCommand) {
        URI endpoint(String line) {
            return URI.create(line.substring(listening.length()) + path);
        }
    }

    /** Starts it and connects; {@code onEvent} as of {@link DevTools}. */
    static BrowserProcess start(
            String name, List<String> command, Protocol protocol, BiConsumer<String, JsonNode> onEvent)
            throws IOException, InterruptedException {
        ClientProcess process = ClientProcess.start(name, command);
        try {
            String line = process.awaitLine(l -> l.startsWith(protocol.listening()), START_TIMEOUT);
            DevTools tools = new DevTools(protocol.endpoint(line), onEvent);
            return new BrowserProcess(process, tools, protocol.closeCommand());
        } catch (AssertionError | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    DevTools tools() {
        return tools;
    }

    /** Sends a command to the browser itself and waits for its result. */
    JsonNode send(String method, ObjectNode parameters) throws InterruptedException {
        return tools.send("", method, parameters);
    }

    @Override
    public void close() {
        try {
            // In good order first, so that it removes its own temporary folders.
            send(closeCommand, DevTools.JSON.createObjectNode());
            process.awaitExit(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tools.close();
            process.close();
        }
    }
}
