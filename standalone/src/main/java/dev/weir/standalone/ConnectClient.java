package dev.weir.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.weir.connector.RestreamSinkConnector;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where Connect is, and its REST interface. */
final class ConnectClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "Connect's REST interface; without it that of the demo whose data folder --data names.")
    @Nullable
    private URI connect;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder of the demo (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".weir");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** Returns the demo's folder. */
    Path data() {
        return data;
    }

    JsonNode get(String path) throws StartFailure, InterruptedException {
        return send("GET", path, "");
    }

    JsonNode put(String path, String body) throws StartFailure, InterruptedException {
        return send("PUT", path, body);
    }

    JsonNode post(String path, String body) throws StartFailure, InterruptedException {
        return send("POST", path, body);
    }

    void delete(String path) throws StartFailure, InterruptedException {
        send("DELETE", path, "");
    }

    /** Returns the path of a connector. */
    static String path(String name) {
        return "/connectors/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Returns the path of a target.
     *
     * @throws StartFailure when there is no such connector, or it does something else than to restream
     */
    String target(String name) throws StartFailure, InterruptedException {
        JsonNode config = get(path(name) + "/config");
        if (!isTarget(config)) {
            throw new StartFailure(name + " is a connector, but no target: weir restream list tells which there are");
        }
        return path(name);
    }

    /** Returns whether the connector with these settings restreams. */
    static boolean isTarget(JsonNode config) {
        return config.path("connector.class").asText().equals(RestreamSinkConnector.class.getName());
    }

    private URI base() throws StartFailure {
        if (connect != null) {
            return connect;
        }
        String remembered = DataDirectory.remembered(data).getProperty(DataDirectory.CONNECT);
        if (remembered == null) {
            throw new StartFailure("no demo has run in " + data.toAbsolutePath()
                    + ": name Connect's REST interface with --connect URL or the demo's folder with --data");
        }
        return URI.create(remembered);
    }

    private JsonNode send(String method, String path, String body) throws StartFailure, InterruptedException {
        URI base = base();
        String root = base.toString().replaceAll("/+$", "");
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode answer = response.body().isBlank() ? NullNode.getInstance() : JSON.readTree(response.body());
            if (response.statusCode() / 100 == 2) {
                return answer;
            }
            throw new StartFailure(
                    explain(response.statusCode(), answer.path("message").asText()));
        } catch (IOException e) {
            throw new StartFailure(
                    "no answer from Connect at " + root + ": is weir demo running? Another address goes into --connect",
                    e);
        }
    }

    private static String explain(int status, String message) {
        return switch (status) {
            case 404 -> "there is no target of that name: weir restream list tells which there are";
            case 409 -> "Connect is busy (" + message + "): try again in a moment";
            default -> "Connect refuses: " + message.strip();
        };
    }
}
