package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built product, started as a user starts it, on ports of its own and with a data folder of its own. */
final class WeirProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile("http[=:]/+(127\\.0\\.0\\.1:\\d+)");
    private static final Pattern UDP_PORT = Pattern.compile("media on UDP (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final ClientProcess process;
    private final Path data;
    private final URI address;

    private WeirProcess(ClientProcess process, Path data, URI address) {
        this.process = process;
        this.data = data;
        this.address = address;
    }

    /** The command line of {@code ./weir} with these arguments; it never builds. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "WEIR_BUILD=never",
                Path.of("..", "weir").toAbsolutePath().normalize().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts gateway, broker and archive, and waits until all serve. */
    static WeirProcess demo(Path data) throws IOException, InterruptedException {
        return start(data, "demo", "--http", "127.0.0.1:0", "--udp", "0", "--data", data.toString());
    }

    /**
     * Starts the gateway alone, with {@code key=value} settings, and waits until it serves; {@code data} stays empty. It is not
     * warmed up beyond a handshake: these tests count frames on few processors, not milliseconds.
     */
    static WeirProcess gateway(Path data, String... settings) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("gateway", "--http", "127.0.0.1:0", "--udp", "0", "--set", "warm-up.joins=0"));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return start(data, arguments.toArray(String[]::new));
    }

    private static WeirProcess start(Path data, String... arguments) throws IOException, InterruptedException {
        ClientProcess process = ClientProcess.start("weir", command(arguments));
        try {
            process.awaitLine(line -> line.contains("ready"), START_TIMEOUT);
            Matcher matcher = ADDRESS.matcher(process.output());
            if (!matcher.find()) {
                throw new AssertionError("no address in:\n" + process.output());
            }
            return new WeirProcess(process, data, URI.create("http://" + matcher.group(1)));
        } catch (AssertionError | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    /** The port of media; of the gateway alone. */
    int udpPort() throws InterruptedException {
        String line = process.awaitLine(l -> UDP_PORT.matcher(l).find(), START_TIMEOUT);
        return Integer.parseInt(
                UDP_PORT.matcher(line).results().findFirst().orElseThrow().group(1));
    }

    URI uri(String path) {
        return address.resolve(path);
    }

    /** What {@code ./weir} has written to the archive of one stream. */
    Archive archive(String streamId) {
        return new Archive(data, streamId);
    }

    String output() {
        return process.output();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** {@code GET /streams/{id}}. */
    JsonNode stream(String streamId) throws IOException, InterruptedException {
        return DevTools.JSON.readTree(get("/streams/" + streamId).body());
    }

    /** The value of a meter without labels in {@code GET /metrics}. */
    double metric(String name) throws IOException, InterruptedException {
        String metrics = get("/metrics").body();
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in:\n" + metrics));
    }

    HttpResponse<String> post(String path, String contentType, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    ClientProcess process() {
        return process;
    }

    /** Stops it as Ctrl-C does. */
    @Override
    public void close() {
        process.interrupt();
        try {
            process.awaitExit(STOP_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.close();
        }
    }
}
