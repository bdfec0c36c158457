package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The Chrome DevTools protocol over one WebSocket: commands with their results, and events. WebDriver BiDi has the same
 * shape. Any thread.
 */
final class DevTools implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final int COMMAND_TIMEOUT_SECONDS = 60;

    private final AtomicInteger nextId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final BiConsumer<String, JsonNode> onEvent;
    private final WebSocket socket;

    /** @param onEvent called on the socket's thread with the session id ("" = the browser) and the event */
    DevTools(URI endpoint, BiConsumer<String, JsonNode> onEvent) throws InterruptedException {
        this.onEvent = onEvent;
        socket = await(
                "connect", HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(endpoint, new Receiver()));
    }

    /** Sends one command to a session ("" = the browser) and waits for its result. */
    JsonNode send(String sessionId, String method, ObjectNode parameters) throws InterruptedException {
        int id = nextId.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        if (!sessionId.isEmpty()) {
            message.put("sessionId", sessionId);
        }
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        pending.put(id, result);
        synchronized (socket) {
            await("send " + method, socket.sendText(message.toString(), true));
        }
        JsonNode reply = await(method, result);
        if (reply.has("error")) {
            throw new AssertionError(method + ": " + reply.get("error"));
        }
        return reply.path("result");
    }

    private static <T> T await(String what, CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the browser did not answer to: " + what, e);
        }
    }

    private void receive(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the browser sent no JSON: " + text, e);
        }
        if (message.has("id")) {
            CompletableFuture<JsonNode> result =
                    pending.remove(message.get("id").asInt());
            if (result != null) {
                result.complete(message);
            }
        } else {
            onEvent.accept(message.path("sessionId").asText(), message);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                receive(whole);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }
}
