package dev.weir.gateway.conformance;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Reads server-sent events as the WHATWG standard says, each as {@code type data}. */
final class EventReader {
    final List<String> events = new CopyOnWriteArrayList<>();
    final HttpResponse<Stream<String>> response;
    final CompletableFuture<Void> ended;
    private String type = "message";
    private String data = "";
    private int dataLines;

    EventReader(HttpClient client, URI uri) throws Exception {
        response = client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofLines())
                .get(20, TimeUnit.SECONDS);
        ended = CompletableFuture.runAsync(() -> response.body().forEach(this::line));
    }

    private void line(String line) {
        if (line.isEmpty()) {
            if (dataLines == 1) {
                events.add(type + " " + data);
            } else if (dataLines > 1) {
                events.add("more than one data line");
            }
            type = "message";
            data = "";
            dataLines = 0;
        } else if (line.startsWith("event:")) {
            type = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
            data = line.substring(5).strip();
            dataLines++;
        }
    }

    void await(String event) {
        org.awaitility.Awaitility.await()
                .atMost(LiveGateway.PATIENCE)
                .untilAsserted(
                        () -> org.assertj.core.api.Assertions.assertThat(events).contains(event));
    }
}
