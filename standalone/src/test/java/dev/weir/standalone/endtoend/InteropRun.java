package dev.weir.standalone.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.standalone.endtoend.InteropClients.Publisher;
import dev.weir.standalone.endtoend.InteropClients.Viewer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;

/**
 * Publishes with every client in every codec, each watched by all viewers at once, on one gateway, and plays what was archived
 * in all players; prints a line of JSON for each pair and each recording. The main class of a JVM in a network namespace,
 * because a JVM cannot enter one.
 */
final class InteropRun implements AutoCloseable {
    static final String RESULT = "result ";
    static final String RECORDING = "recording ";
    static final String VERSION = "version ";

    private static final String ADDRESS = "10.77.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** As many at a time as there are cores for their encoders. */
    private static final int PUBLISHERS_AT_A_TIME = 2;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService publishing = Executors.newFixedThreadPool(PUBLISHERS_AT_A_TIME);
    private final ClientProcess weir;
    private final Path data;
    private final URI address;
    private final InteropClients clients;

    private InteropRun(Path folder) throws Exception {
        // Nobody but the clients in the namespace can reach it.
        data = folder.resolve("data");
        weir = ClientProcess.start(
                "weir",
                WeirProcess.command(
                        "demo",
                        "--insecure",
                        "--http",
                        ADDRESS + ":0",
                        "--udp",
                        "0",
                        "--kafka-port",
                        "0",
                        "--data",
                        data.toString()));
        weir.awaitLine(line -> line.startsWith("ready after"), Duration.ofSeconds(90));
        String gateway = weir.awaitLine(line -> line.strip().startsWith("gateway "), PATIENCE);
        address = URI.create(gateway.replaceAll(".*(http:\\S+).*", "$1"));
        clients = new InteropClients(folder);
    }

    /** Takes a folder for the browsers' profiles and, to look into one, a pattern of streams such as {@code ffmpeg-h264}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        try (InteropRun run = new InteropRun(folder)) {
            run.versions();
            List<Future<?>> all = new ArrayList<>();
            List<Publisher> shown = new ArrayList<>();
            for (Publisher publisher : run.clients.publishers()) {
                boolean wanted = arguments.length > 1
                        ? stream(publisher).matches(arguments[1])
                        : InteropTable.isShown(publisher.client(), publisher.codec());
                if (!wanted) {
                    continue;
                }
                shown.add(publisher);
                all.add(run.publishing.submit(() -> run.show(publisher)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            run.playRecordings(shown);
        }
        System.exit(0);
    }

    private void versions() throws Exception {
        version("Chromium", "/usr/bin/chromium", "--version");
        version("Firefox", "/usr/bin/firefox-esr", "--version");
        version("GStreamer", "/usr/bin/python3", "target/test-classes/client/gstreamer.py", "version");
        version("FFmpeg", Ffmpeg.version8(), "-version");
        version("libdatachannel", "node", "target/node/libdatachannel.js", "version");
        String jars = System.getProperty("java.class.path");
        System.out.println(
                VERSION + "webrtc-java " + jars.replaceAll("(?s).*webrtc-java-(\\d[\\d.]*\\d)\\.jar.*", "$1"));
    }

    private static void version(String client, String... command) throws Exception {
        try (ClientProcess process = ClientProcess.start(client, List.of(command))) {
            process.awaitExit(PATIENCE);
            String text = process.output().replaceAll("(?s).*?(\\d+(\\.\\d+)+\\S*).*", "$1");
            System.out.println(VERSION + client + ' ' + text);
        }
    }

    private static String stream(Publisher publisher) {
        return (publisher.client() + '-' + publisher.codec())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
    }

    /** One after the other: each player is to show all. */
    private void playRecordings(List<Publisher> publishers) throws Exception {
        for (Publisher publisher : publishers) {
            if (InteropTable.isPlayed(publisher.client(), publisher.codec())) {
                Archive archive = new Archive(data, stream(publisher));
                ObjectNode line = line(publisher);
                line.set(
                        "complaints",
                        DevTools.JSON.valueToTree(clients.players().play(archive)));
                line.put("file", String.valueOf(archive.awaitMedia().get(0).getFileName()));
                System.out.println(RECORDING + line);
            }
        }
    }

    private Void show(Publisher publisher) throws Exception {
        String stream = stream(publisher);
        long begin = System.nanoTime();
        String failure = "";
        try {
            AutoCloseable publication =
                    publisher.start().publish(address.resolve("/whip/" + stream).toString());
            try (publication) {
                awaitPicture(stream);
                watchAll(publisher, stream);
            }
            Awaitility.await("the end of " + stream)
                    .atMost(PATIENCE)
                    .until(() -> !view(stream).path("live").asBoolean());
        } catch (Exception | AssertionError e) {
            failure = e.toString();
        }
        print(publisher, "", DevTools.JSON.createObjectNode(), failure);
        System.out.println(stream + " took " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        return null;
    }

    private void watchAll(Publisher publisher, String stream) throws Exception {
        List<Future<Void>> watching = new ArrayList<>();
        for (Viewer viewer : clients.viewers()) {
            watching.add(threads.submit(watch(publisher, viewer, stream)));
        }
        for (Future<Void> one : watching) {
            one.get();
        }
    }

    private Callable<Void> watch(Publisher publisher, Viewer viewer, String stream) {
        return () -> {
            JsonNode report = DevTools.JSON.createObjectNode();
            String failure = "";
            try {
                report = viewer.watch().watch(address.resolve("/whep/" + stream).toString());
            } catch (Exception | AssertionError e) {
                failure = e.toString();
            }
            print(publisher, viewer.client(), report, failure);
            return null;
        };
    }

    private static void print(Publisher publisher, String viewer, JsonNode report, String failure) {
        ObjectNode line = line(publisher).put("viewer", viewer).put("failure", failure);
        line.set("report", report);
        System.out.println(RESULT + line);
    }

    private static ObjectNode line(Publisher publisher) {
        return DevTools.JSON
                .createObjectNode()
                .put("publisher", publisher.client())
                .put("codec", publisher.codec());
    }

    private void awaitPicture(String stream) {
        Awaitility.await("a keyframe of " + stream)
                .atMost(PATIENCE)
                .until(() -> view(stream).path("keyframes").asLong() > 0);
    }

    /** What the gateway tells of a stream; an object without members when it knows none. */
    private JsonNode view(String stream) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/streams/" + stream))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200
                ? DevTools.JSON.readTree(response.body())
                : DevTools.JSON.createObjectNode();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        publishing.shutdownNow();
        try (weir) {
            clients.close();
        }
    }
}
