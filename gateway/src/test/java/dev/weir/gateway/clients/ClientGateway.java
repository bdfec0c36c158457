package dev.weir.gateway.clients;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.io.IOException;
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
import java.util.stream.Stream;

/** The whole gateway on loopback, and HTTP to it. */
final class ClientGateway implements AutoCloseable {
    private static final Path OFFERS = Path.of("../webrtc/src/test/resources/offers");

    private final HttpClient client = HttpClient.newHttpClient();
    private final WhipServer server = new WhipServer(ServerConfig.builder()
            .bindAddress(new InetSocketAddress("127.0.0.1", 0))
            .udpPort(0)
            .build());

    static ClientGateway start() throws IOException {
        ClientGateway gateway = new ClientGateway();
        gateway.server.start();
        return gateway;
    }

    static String offer(String name) throws IOException {
        return Files.readString(OFFERS.resolve(name + ".sdp"));
    }

    static Stream<String> offers(String role) throws IOException {
        try (Stream<Path> files = Files.list(OFFERS)) {
            return files
                    .map(file -> file.getFileName().toString().replace(".sdp", ""))
                    .filter(name -> name.contains(role))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** Puts a stream on the air without a session. */
    void publish(String streamId, String videoCodec) throws Exception {
        CodecFormat video = new CodecFormat(videoCodec, 90_000, 1, "packetization-mode=1");
        CodecFormat audio = new CodecFormat("opus", 48_000, 2, "");
        server.relay()
                .registerPublisher(streamId, () -> true)
                .announce(List.of(
                        new RelayTrack(0, "video", MediaKind.VIDEO, video, List.of()),
                        new RelayTrack(1, "audio", MediaKind.AUDIO, audio, List.of())));
    }

    /** A request to a path of ours, or to a Location that we gave. */
    HttpRequest.Builder request(String path) {
        URI base = URI.create("http://127.0.0.1:" + server.httpAddress().getPort());
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, String offer) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/sdp").POST(BodyPublishers.ofString(offer)));
    }

    /** A trickle fragment; an empty condition leaves If-Match out. */
    HttpResponse<String> patch(String session, String fragment, String condition)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(session)
                .header("Content-Type", "application/trickle-ice-sdpfrag")
                .method("PATCH", BodyPublishers.ofString(fragment));
        return send(condition.isEmpty() ? request : request.header("If-Match", condition));
    }

    int port() {
        return server.httpAddress().getPort();
    }

    int sessions() {
        return server.sessions().size();
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        server.close();
    }
}
