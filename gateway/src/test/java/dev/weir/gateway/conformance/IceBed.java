package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.session.Session;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.dtls.DtlsIdentity;
import dev.weir.webrtc.ice.IceCredentials;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A running gateway with our own clients and bare HTTP, over real sockets. */
public final class IceBed implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));
    private static final int VIDEO = 1;
    private static final DtlsIdentity IDENTITY = DtlsIdentity.generate();

    private final EventLoopGroup clientLoops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
    final WhipServer server;

    public IceBed(UnaryOperator<ServerConfig.Builder> settings) throws IOException {
        ServerConfig.Builder builder = ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(0)
                .eventLoops(2);
        server = new WhipServer(settings.apply(builder).build());
        server.start();
        clientLoops.start();
    }

    public WhipServer server() {
        return server;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, String offer) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer;
    }

    /** PATCHes with {@code ifMatch}, or without If-Match when that is null. */
    HttpResponse<String> patch(String location, String fragment, @Nullable String ifMatch)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(location))
                .header("Content-Type", "application/trickle-ice-sdpfrag")
                .method("PATCH", BodyPublishers.ofString(fragment));
        return send(ifMatch == null ? request : request.header("If-Match", ifMatch));
    }

    public HttpResponse<String> delete(String location) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(location)).DELETE());
    }

    /** Returns the session behind a Location. */
    Session session(String location) {
        String id = location.substring(location.lastIndexOf('/') + 1);
        return server.sessions().sessions().stream()
                .filter(session -> session.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    public WhipClient publish(String stream) throws Exception {
        WhipClient client = WhipClient.publish(
                uri("/whip/" + stream), TRACKS, clientLoops.next(), new WhipListener() {}, ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    public WhepClient view(String stream, WhepListener listener) throws Exception {
        WhepClient client =
                WhepClient.view(uri("/whep/" + stream), TRACKS, clientLoops.next(), listener, ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    /** Sends 100 frames of one packet each second, the first a keyframe, until the bed closes. */
    AtomicLong film(WhipClient publisher) {
        AtomicLong frames = new AtomicLong();
        Runnable frame = () -> {
            long number = frames.getAndIncrement();
            byte[] payload = new byte[500];
            payload[0] = 0x10;
            payload[1] = (byte) (number == 0 ? 0x10 : 0x11);
            payload[4] = (byte) 0x9d;
            payload[5] = 0x01;
            payload[6] = 0x2a;
            publisher.send(VIDEO, ByteBuffer.wrap(payload), true, number * 900);
        };
        var unused = camera.scheduleAtFixedRate(frame, 0, 10, TimeUnit.MILLISECONDS);
        return frames;
    }

    /** Remembers the video packets of a viewer. */
    static final class Screen implements WhepListener {
        final List<Long> sequences = new CopyOnWriteArrayList<>();
        volatile String closed = "";

        @Override
        public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
            if (track == VIDEO) {
                sequences.add(extendedSequence);
            }
        }

        @Override
        public void onClosed(String reason) {
            closed = reason;
        }

        /** Waits for so many packets more. */
        void awaitMore(int count) {
            int before = sequences.size();
            await().atMost(PATIENCE).until(() -> sequences.size() >= before + count);
        }

        /** Checks that no packet is missing between the first and the last. */
        void hasNoGap() {
            List<Long> sorted = sequences.stream().sorted().toList();
            assertThat(sorted).isNotEmpty();
            assertThat(sorted.get(sorted.size() - 1) - sorted.get(0) + 1).isEqualTo(sorted.size());
        }
    }

    static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Returns the value of the first {@code a=name:} line. */
    public static String attribute(String sdp, String name) {
        return sdp.lines()
                .filter(line -> line.startsWith("a=" + name + ":"))
                .map(line -> line.substring(name.length() + 3))
                .findFirst()
                .orElse("");
    }

    /** Returns a fragment with credentials and candidates ({@code candidate:…}). */
    static String fragment(IceCredentials credentials, List<String> candidates) {
        StringBuilder text = new StringBuilder();
        text.append("a=ice-ufrag:").append(credentials.ufrag()).append("\r\n");
        text.append("a=ice-pwd:").append(credentials.password()).append("\r\n");
        text.append("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n");
        candidates.forEach(candidate -> text.append("a=").append(candidate).append("\r\n"));
        return text.toString();
    }

    /** Returns an offer of audio and video of a client that has {@code credentials} and, at first, these candidates. */
    public static String offer(String direction, IceCredentials credentials, List<String> candidates) {
        StringBuilder sdp =
                new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n");
        String[] lines = {"audio 9 UDP/TLS/RTP/SAVPF 111|opus/48000/2", "video 9 UDP/TLS/RTP/SAVPF 96|VP8/90000"};
        for (int mid = 0; mid < lines.length; mid++) {
            String[] parts = lines[mid].split("\\|", -1);
            String payloadType = parts[0].substring(parts[0].lastIndexOf(' ') + 1);
            sdp.append("m=").append(parts[0]).append("\r\nc=IN IP4 0.0.0.0\r\n");
            sdp.append("a=ice-ufrag:").append(credentials.ufrag()).append("\r\n");
            sdp.append("a=ice-pwd:").append(credentials.password()).append("\r\n");
            sdp.append("a=fingerprint:").append(IDENTITY.fingerprint()).append("\r\n");
            sdp.append("a=setup:actpass\r\na=mid:").append(mid).append("\r\n");
            sdp.append("a=").append(direction).append("\r\na=rtcp-mux\r\n");
            sdp.append("a=rtpmap:")
                    .append(payloadType)
                    .append(' ')
                    .append(parts[1])
                    .append("\r\n");
            if (mid == 0) {
                candidates.forEach(
                        candidate -> sdp.append("a=").append(candidate).append("\r\n"));
            }
        }
        return sdp.toString();
    }

    @Override
    public void close() {
        camera.shutdownNow();
        server.close();
        clientLoops.close();
        // The client of HTTP has no close on 17; its threads are daemons.
    }
}
