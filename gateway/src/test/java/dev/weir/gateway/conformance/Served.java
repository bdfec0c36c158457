package dev.weir.gateway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** The whole gateway on loopback, and a client that sends what it is told. */
final class Served implements AutoCloseable {
    static final String CHROMIUM = "chromium-156-whip";
    static final String CHROMIUM_PLAYER = "chromium-156-whep";
    private static final Path OFFERS = Path.of("../webrtc/src/test/resources/offers");

    final WhipServer server;
    private final Contract contract;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private Served(ServerConfig config) throws IOException, InterruptedException {
        server = new WhipServer(config);
        server.start();
        HttpRequest.Builder document = request("/openapi.json");
        contract = Contract.parse(
                client.send(document.build(), BodyHandlers.ofString()).body());
    }

    static Served start() throws IOException, InterruptedException {
        return start(config -> config);
    }

    static Served start(UnaryOperator<ServerConfig.Builder> change) throws IOException, InterruptedException {
        ServerConfig.Builder usual = ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(0)
                .eventLoops(1)
                .maxSessions(100);
        return new Served(change.apply(usual).build());
    }

    /** Returns a recorded offer. */
    static String offer(String name) {
        try {
            return Files.readString(OFFERS.resolve(name + ".sdp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a stream of video and Opus on the air without a publisher's session. */
    void onAir(String streamId, String videoCodec) throws Exception {
        onAir(
                streamId,
                new RelayTrack(
                        0,
                        "video",
                        MediaKind.VIDEO,
                        new CodecFormat(videoCodec, 90_000, 1, videoCodec.equals("H264") ? "packetization-mode=1" : ""),
                        List.of()),
                new RelayTrack(1, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, ""), List.of()));
    }

    void onAir(String streamId, RelayTrack... tracks) throws Exception {
        server.relay().registerPublisher(streamId, () -> true).announce(List.of(tracks));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort()).resolve(path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
    }

    /** Sends the request and holds the answer to the OpenAPI document. */
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        contract.check(response);
        return response;
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, String offer) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/sdp").POST(BodyPublishers.ofString(offer)));
    }

    HttpResponse<String> patch(String session, String type, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(session).header("Content-Type", type).method("PATCH", BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> trickle(String session, String fragment, String... headers)
            throws IOException, InterruptedException {
        return patch(session, "application/trickle-ice-sdpfrag", fragment, headers);
    }

    /** Makes a publisher's session and returns its path. */
    String publish(String streamId) throws IOException, InterruptedException {
        return header(post("/whip/" + streamId, offer(CHROMIUM)), "location");
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }

    /** Returns the credentials of a recorded offer as lines of a trickle fragment. */
    static String credentials(String offer) {
        return offer(offer)
                .lines()
                .filter(line -> line.startsWith("a=ice-ufrag") || line.startsWith("a=ice-pwd"))
                .limit(2)
                .reduce("", (a, b) -> a + b + "\r\n");
    }

    @Override
    public void close() {
        server.close();
    }
}
