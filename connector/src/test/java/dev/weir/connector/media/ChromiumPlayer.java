package dev.weir.connector.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays files of a folder in Debian's Chromium: playlists by hls.js, all others by a video element. */
public final class ChromiumPlayer {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final Path PAGE = Path.of("src", "test", "resources", "players", "players.html");

    /** The end-to-end tests keep it, with its licence. */
    private static final Path HLS = Path.of("..", "standalone", "src", "test", "resources", "hls", "hls.light.min.js");

    private final ObjectMapper mapper = new ObjectMapper();
    private final Path folder;
    private final List<String> names;
    private final CompletableFuture<JsonNode> result = new CompletableFuture<>();

    private ChromiumPlayer(Path folder, List<String> names) {
        this.folder = folder;
        this.names = names;
    }

    /** Plays all at once and returns what the page told of each, by name. */
    public static JsonNode play(Path folder, List<String> names) throws Exception {
        return new ChromiumPlayer(folder, names).play();
    }

    private JsonNode play() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        ProcessBuilder command = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--autoplay-policy=no-user-gesture-required",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + folder.resolve("chromium"),
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/players.html")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("chromium.txt").toFile());
        command.environment().put("TMPDIR", folder.toString());
        Process chromium = command.start();
        try {
            return result.get(120, TimeUnit.SECONDS);
        } finally {
            chromium.destroy();
            if (!chromium.waitFor(20, TimeUnit.SECONDS)) {
                chromium.destroyForcibly();
            }
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(1);
            switch (path) {
                case "names" -> answer(exchange, "application/json", mapper.writeValueAsBytes(names));
                case "players.html" -> answer(exchange, "text/html", Files.readAllBytes(PAGE));
                case "hls.js" -> answer(exchange, "text/javascript", Files.readAllBytes(HLS));
                case "result" -> {
                    result.complete(mapper.readTree(exchange.getRequestBody()));
                    answer(exchange, "text/plain", "thanks".getBytes(UTF_8));
                }
                default -> file(exchange, folder.resolve(path).normalize());
            }
        }
    }

    private void file(HttpExchange exchange, Path file) throws IOException {
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        String name = file.toString();
        String type = name.endsWith(".m3u8")
                ? "application/vnd.apple.mpegurl"
                : name.endsWith(".mp4") ? "video/mp4" : name.endsWith(".webm") ? "video/webm" : "video/x-matroska";
        answer(exchange, type, Files.readAllBytes(file));
    }

    private static void answer(HttpExchange exchange, String type, byte[] whole) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        byte[] content = whole;
        int status = 200;
        Matcher range =
                RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int to = range.group(2).isEmpty() ? whole.length : Integer.parseInt(range.group(2)) + 1;
            to = Math.min(to, whole.length);
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + '-' + (to - 1) + '/' + whole.length);
            content = Arrays.copyOfRange(whole, from, to);
            status = 206;
        }
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
    }
}
