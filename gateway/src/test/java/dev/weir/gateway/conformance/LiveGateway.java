package dev.weir.gateway.conformance;

import static org.awaitility.Awaitility.await;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.session.EndReason;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionEnd;
import dev.weir.gateway.session.SessionEvents;
import dev.weir.gateway.session.SessionState;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A whole gateway on loopback, clients of its own, and a record of what happened to its sessions. */
final class LiveGateway implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final int AUDIO = 0;
    static final int VIDEO = 1;
    private static final Path OFFERS = Path.of("../webrtc/src/test/resources/offers");
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));

    final WhipServer server;
    final List<String> log = new CopyOnWriteArrayList<>();
    final List<SessionEnd> ends = new CopyOnWriteArrayList<>();
    final EventLoopGroup clientLoops = loops();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private LiveGateway(ServerConfig config) {
        server = new WhipServer(config);
    }

    static ServerConfig.Builder config() {
        return ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(0)
                .eventLoops(2)
                .maxSessions(100);
    }

    static LiveGateway start(ServerConfig.Builder config) throws IOException {
        LiveGateway gateway = new LiveGateway(config.build());
        gateway.clientLoops.start();
        gateway.server.start();
        gateway.server.sessions().listen(gateway.new Recorder());
        return gateway;
    }

    static EventLoopGroup loops() {
        return new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    }

    /** Writes down events as {@code stream role word}. */
    private final class Recorder implements SessionEvents {
        private void note(Session session, String word) {
            log.add(session.streamId() + " " + session.role() + " " + word);
        }

        @Override
        public void onCreated(Session session) {
            note(session, "created");
        }

        @Override
        public void onState(Session session, SessionState state) {
            note(session, state.name());
        }

        @Override
        public void onTakeover(Session former, Session successor) {
            note(successor, "takeover");
        }

        @Override
        public void onLayers(Session viewer, List<String> rids) {
            note(viewer, "layers " + rids);
        }

        @Override
        public void onEnded(Session session, SessionEnd end) {
            ends.add(end);
            note(session, end.reason().code());
        }
    }

    SessionEnd awaitEnd(EndReason reason) {
        await().atMost(PATIENCE).until(() -> ends.stream().anyMatch(end -> end.reason() == reason));
        return ends.stream().filter(end -> end.reason() == reason).findFirst().orElseThrow();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + "/")
                .resolve(path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    }

    /** Sends the request and holds the answer to the OpenAPI document. */
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        HttpRequest document = request("/openapi.json").build();
        Contract.parse(http.send(document, BodyHandlers.ofString()).body()).check(response);
        return response;
    }

    HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        return send(request(path).method(method, BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, String type, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> postOffer(String path, String offer) throws IOException, InterruptedException {
        return post(path, "application/sdp", offer(offer));
    }

    static String offer(String name) throws IOException {
        return Files.readString(OFFERS.resolve(name + ".sdp"));
    }

    HttpClient http() {
        return http;
    }

    WhipClient publish(String stream) throws Exception {
        return publish(stream, clientLoops, new WhipListener() {});
    }

    WhipClient publish(String stream, EventLoopGroup loops, WhipListener listener) throws Exception {
        WhipClient client =
                WhipClient.publish(uri("/whip/" + stream), TRACKS, loops.next(), listener, ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    WhepClient view(String stream, WhepListener listener) throws Exception {
        return view(stream, clientLoops, listener);
    }

    WhepClient view(String stream, EventLoopGroup loops, WhepListener listener) throws Exception {
        WhepClient client =
                WhepClient.view(uri("/whep/" + stream), TRACKS, loops.next(), listener, ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    /** Sends a VP8 frame of one packet, 640x480 when it is a keyframe, and 20 ms of sound. */
    static void sendFrame(WhipClient publisher, boolean keyframe, long frame) {
        publisher.send(VIDEO, ByteBuffer.wrap(vp8(keyframe)), true, frame * 3000);
        publisher.send(AUDIO, ByteBuffer.wrap(new byte[] {(byte) 0xFC, 1, 2, 3}), true, frame * 1600);
    }

    /** Payload descriptor with S=1, frame header with the P bit, start code and size. */
    static byte[] vp8(boolean keyframe) {
        byte[] payload = new byte[500];
        payload[0] = 0x10;
        payload[1] = (byte) (keyframe ? 0x10 : 0x11);
        payload[4] = (byte) 0x9d;
        payload[5] = 0x01;
        payload[6] = 0x2a;
        payload[7] = (byte) 0x80;
        payload[8] = 0x02;
        payload[9] = (byte) 0xe0;
        payload[10] = 0x01;
        return payload;
    }

    @Override
    public void close() {
        server.close();
        clientLoops.close();
    }
}
