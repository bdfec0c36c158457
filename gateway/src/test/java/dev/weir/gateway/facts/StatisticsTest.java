package dev.weir.gateway.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.schemas.PathStats;
import dev.weir.schemas.Role;
import dev.weir.schemas.TrackStats;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.impair.UdpImpairer;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a publisher and a viewer behind a path with losses are told to have done: over HTTP, in the meters, in the log. */
class StatisticsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VIDEO = 1;
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Double> EXPECTED = Map.of(
            "weir_nacks_received_total", 1.0,
            "weir_nacks_sent_total", 1.0,
            "weir_plis_received_total", 1.0,
            "weir_keyframes_requested_total", 1.0,
            "weir_rtp_packets_retransmitted_total", 1.0,
            "weir_rtp_packets_recovered_total", 1.0,
            "weir_viewer_first_frames_total", 1.0,
            "weir_viewer_first_frame_millis_total", 1.0);

    private final HttpClient http = HttpClient.newHttpClient();
    private final RecordedFacts log = new RecordedFacts();
    private final SessionFacts facts = new SessionFacts(log);
    private long frame;

    private static ServerConfig config(int port) {
        return ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(port)
                .udpAddresses(List.of(new InetSocketAddress("127.0.0.1", 0).getAddress()))
                .publicAddresses(List.of("127.0.0.2"))
                .build();
    }

    private static int freePort() throws Exception {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            return probe.getLocalPort();
        }
    }

    private String get(WhipServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString())
                .body();
    }

    private void sendFrame(WhipClient publisher) {
        byte[] payload = new byte[600];
        payload[0] = 0x10;
        payload[1] = (byte) (frame % 50 == 0 ? 0x10 : 0x11);
        payload[4] = (byte) 0x9d;
        payload[5] = 0x01;
        payload[6] = 0x2a;
        publisher.send(VIDEO, ByteBuffer.wrap(payload), true, frame++ * 1_800);
    }

    /** Returns the lines of the meters without their values. */
    private static Set<String> series(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("weir_"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    @Test
    void countsOfBothSidesAreToldByTheirNamesAndTheMetersDoNotGrowWithTheSessions() throws Exception {
        int port = freePort();
        EventLoopGroup loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
        PathConditions bad = PathConditions.clean(Duration.ofMillis(10)).withLoss(0.1, 1);
        try (loops;
                WhipServer server = new WhipServer(config(port));
                UdpImpairer path = UdpImpairer.start(
                        new InetSocketAddress("127.0.0.2", port),
                        new InetSocketAddress("127.0.0.1", port),
                        7,
                        bad,
                        bad)) {
            loops.start();
            server.start();
            server.sessions().listen(facts);
            Set<String> before = series(get(server, "/metrics"));
            URI address = URI.create("http://127.0.0.1:" + server.httpAddress().getPort());
            try (WhipClient publisher = WhipClient.publish(
                            address.resolve("/whip/lossy"), TRACKS, loops.next(), new WhipListener() {}, client());
                    WhepClient viewer = WhepClient.view(
                            address.resolve("/whep/lossy"), TRACKS, loops.next(), new WhepListener() {}, client())) {
                publisher.awaitConnected(PATIENCE);
                viewer.awaitConnected(PATIENCE);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
                    sendFrame(publisher);
                    if (frame % 100 == 20) {
                        viewer.requestKeyframe(VIDEO);
                    }
                    if (frame % 25 == 0) {
                        facts.sample(System.currentTimeMillis() * 1_000);
                    }
                    assertThat(frame % 25).isZero();
                    String metrics = get(server, "/metrics");
                    EXPECTED.forEach((name, least) ->
                            assertThat(value(metrics, name)).as(name).isGreaterThanOrEqualTo(least));
                    JsonNode media =
                            JSON.readTree(get(server, "/streams/lossy")).path("media");
                    requireInbound(media);
                    requireOutbound(media);
                    requireLogged();
                });
                assertThat(path.counts().toServerLost()).isPositive();
                assertThat(series(get(server, "/metrics"))).isEqualTo(before).noneMatch(line -> line.contains("lossy"));
            }
        }
    }

    private static ClientConfig client() {
        return ClientConfig.create();
    }

    private static JsonNode video(JsonNode all) {
        for (JsonNode one : all) {
            if (one.path("kind").asText().equals("video")) {
                return one;
            }
        }
        throw new AssertionError("no video in " + all);
    }

    private static void requireInbound(JsonNode media) {
        JsonNode video = video(media.path("inbound"));
        for (String counter : List.of("packetsReceived", "nackCount", "pliCount", "retransmittedPacketsReceived")) {
            assertThat(video.path(counter).asLong())
                    .as("%s of %s", counter, video)
                    .isPositive();
        }
        assertThat(video.path("roundTripTime").asDouble()).as("%s", video).isBetween(0.015, 5.0);
        assertThat(video.has("packetsLost") && video.has("packetsDiscarded") && video.has("firCount"))
                .isTrue();
        assertThat(video.path("jitter").asDouble()).isPositive();
    }

    private static void requireOutbound(JsonNode media) {
        JsonNode viewer = media.path("outbound").path(0).path("stats");
        JsonNode video = video(viewer.path("outbound"));
        for (String counter : List.of(
                "packetsSent",
                "bytesSent",
                "framesSent",
                "keyFramesSent",
                "nackCount",
                "pliCount",
                "retransmittedPacketsSent")) {
            assertThat(video.path(counter).asLong())
                    .as("%s of %s", counter, video)
                    .isPositive();
        }
        assertThat(video.has("freezeCount") && video.has("totalFreezesDuration") && video.has("firCount"))
                .isTrue();
        assertThat(viewer.path("timeToFirstFrame").asDouble()).isBetween(1e-6, 30.0);
        assertThat(viewer.path("bitrate").asLong()).isPositive();
    }

    private void requireLogged() {
        assertThat(log.stats).isNotEmpty();
        TrackStats last = log.stats.get(log.stats.size() - 1);
        PathStats path = last.path().orElseThrow();
        assertThat(last.role()).isEqualTo(Role.VIEWER);
        assertThat(path.nackCount()).isPositive();
        assertThat(path.pliCount()).isPositive();
        assertThat(path.retransmittedPackets()).isPositive();
        assertThat(path.timeToFirstFrameMillis()).isPresent();
        assertThat(last.packetsLost()).isPresent();
        assertThat(last.freezeCount()).isPresent();
    }
}
