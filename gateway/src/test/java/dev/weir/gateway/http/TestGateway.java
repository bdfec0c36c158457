package dev.weir.gateway.http;

import dev.weir.gateway.access.Gate;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.session.IceConfig;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.SessionConfig;
import dev.weir.gateway.session.Sessions;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
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
import java.util.function.Supplier;

/** The real sessions and the real relay behind HTTP on loopback, and a client. */
final class TestGateway implements AutoCloseable {
    private static final Path OFFERS = Path.of("../webrtc/src/test/resources/offers");

    final MediaRelay relay = new MediaRelay();
    final Sessions sessions;
    private final Meters meters = new Meters();
    private final EventLoopGroup loops;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    TestGateway(int maxSessions, Duration requestTimeout, Supplier<Health> health) throws IOException {
        loops = new EventLoopGroup(NetConfig.of(List.of(loopback())));
        loops.start();
        SessionConfig config = new SessionConfig(
                maxSessions, Duration.ofSeconds(30), Duration.ofSeconds(30), IceConfig.DEFAULT, LifeConfig.DEFAULT);
        sessions = new Sessions(config, relay, loops, meters);
        server = new HttpServer(
                new HttpConfig(loopback(), requestTimeout, 4),
                Gate.open(),
                WhipConfig.DEFAULT,
                new Backend(sessions, relay, IceServers.NONE, meters::scrape, health, stream -> List.of()));
        server.start();
    }

    static TestGateway start() throws IOException {
        return new TestGateway(100, Duration.ofSeconds(10), () -> Health.OK);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    InetSocketAddress address() {
        return server.localAddress();
    }

    static String offer(String name) throws IOException {
        return Files.readString(OFFERS.resolve(name + ".sdp"));
    }

    /** Puts a stream on the air without a WHIP session. */
    void publish(String streamId, String videoCodec) throws Exception {
        relay.registerPublisher(streamId, () -> true)
                .announce(List.of(
                        new RelayTrack(
                                0,
                                "video",
                                MediaKind.VIDEO,
                                new CodecFormat(videoCodec, 90_000, 1, "packetization-mode=1"),
                                List.of()),
                        new RelayTrack(
                                1, "audio", MediaKind.AUDIO, new CodecFormat("opus", 48_000, 2, ""), List.of())));
    }

    HttpRequest.Builder request(String path) {
        URI uri = URI.create("http://127.0.0.1:" + address().getPort() + path);
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    HttpResponse<String> postOffer(String path, String offer) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/sdp").POST(BodyPublishers.ofString(offer)));
    }

    HttpRequest.Builder patch(String session, String fragment) {
        return request(session)
                .header("Content-Type", "application/trickle-ice-sdpfrag")
                .method("PATCH", BodyPublishers.ofString(fragment));
    }

    @Override
    public void close() {
        server.close();
        sessions.close();
        loops.close();
        meters.close();
    }
}
