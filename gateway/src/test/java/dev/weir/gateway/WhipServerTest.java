package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weir.gateway.relay.StreamStats;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.codec.PayloadFormat;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.rtp.RtpHeader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole gateway in this process, with our own WHIP and WHEP clients over real sockets on loopback. */
class WhipServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));
    private static final int AUDIO = 0;
    private static final int VIDEO = 1;

    private final EventLoopGroup clientLoops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    private final ClientConfig clientConfig = ClientConfig.create();
    private WhipServer server = new WhipServer(config().build());

    private static ServerConfig.Builder config() {
        return ServerConfig.builder()
                .bindAddress(new InetSocketAddress("127.0.0.1", 0))
                .udpPort(0)
                .eventLoops(2)
                .maxSessions(100);
    }

    @BeforeEach
    void startClients() throws IOException {
        clientLoops.start();
    }

    @AfterEach
    void stop() {
        server.close();
        clientLoops.close();
    }

    private void start(ServerConfig.Builder builder) throws IOException {
        server = new WhipServer(builder.build());
        server.start();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path);
    }

    private WhipClient publish(String stream) throws Exception {
        EventLoop loop = clientLoops.next();
        WhipClient client =
                WhipClient.publish(uri("/whip/" + stream), TRACKS, loop, new WhipListener() {}, clientConfig);
        client.awaitConnected(PATIENCE);
        return client;
    }

    private WhepClient view(String stream, WhepListener listener) throws Exception {
        WhepClient client = WhepClient.view(uri("/whep/" + stream), TRACKS, clientLoops.next(), listener, clientConfig);
        client.awaitConnected(PATIENCE);
        return client;
    }

    /** Sends a VP8 frame of one packet: payload descriptor with S=1, then the frame header's P bit. */
    private static void sendFrame(WhipClient publisher, boolean keyframe, long frame) {
        byte[] payload = new byte[500];
        payload[0] = 0x10;
        payload[1] = (byte) (keyframe ? 0x10 : 0x11);
        payload[4] = (byte) 0x9d;
        payload[5] = 0x01;
        payload[6] = 0x2a;
        publisher.send(VIDEO, ByteBuffer.wrap(payload), true, frame * 3000);
        publisher.send(AUDIO, ByteBuffer.wrap(new byte[] {(byte) 0xFC, 1, 2, 3}), true, frame * 1600);
    }

    /** Remembers the video packets that a viewer got. */
    private static final class Screen implements WhepListener {
        private final List<Long> sequences = new CopyOnWriteArrayList<>();
        private final List<Boolean> keyframes = new CopyOnWriteArrayList<>();
        private final List<Long> timestamps = new CopyOnWriteArrayList<>();

        @Override
        public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
            if (track == VIDEO) {
                keyframes.add(PayloadFormat.of(Codec.VP8).isKeyframeStart(RtpHeader.payload(packet)));
                timestamps.add(RtpHeader.timestamp(packet));
                sequences.add(extendedSequence);
            }
        }
    }

    @Test
    void aLateViewerGetsTheKeyframeFirstAndLosesNothingAfterIt() throws Exception {
        start(config());
        try (WhipClient publisher = publish("live")) {
            for (int frame = 0; frame < 10; frame++) {
                sendFrame(publisher, frame == 0, frame);
            }
            await().atMost(PATIENCE)
                    .until(() -> server.relay()
                                    .stats("live")
                                    .map(StreamStats::packetsReceived)
                                    .orElse(0L)
                            == 20);
            Screen screen = new Screen();
            try (WhepClient viewer = view("live", screen)) {
                await().atMost(PATIENCE).until(() -> server.relay().viewerCount("live") == 1);
                for (int frame = 10; frame < 20; frame++) {
                    sendFrame(publisher, false, frame);
                }
                await().atMost(PATIENCE).until(() -> screen.sequences.size() >= 20);

                assertThat(screen.keyframes.get(0)).isTrue();
                assertThat(viewer.stats().missing()).isZero();
                assertThat(screen.timestamps).isSorted();
                StreamStats stats = server.relay().stats("live").orElseThrow();
                assertThat(stats.subscriberCount()).isEqualTo(1);
                assertThat(stats.packetsLost()).isZero();
            }
        }
        await().atMost(PATIENCE)
                .until(() -> server.sessions().size() == 0
                        && server.relay().streams().isEmpty());
    }

    @Test
    void aViewerGoesOnWithoutAGapWhenItsPublisherReturns() throws Exception {
        start(config());
        Screen screen = new Screen();
        WhipClient first = publish("live");
        sendFrame(first, true, 1);
        try (WhepClient viewer = view("live", screen)) {
            await().atMost(PATIENCE).until(() -> screen.sequences.size() == 1);
            first.close();
            await().atMost(PATIENCE)
                    .until(() -> !server.relay().find("live").orElseThrow().isLive());
            try (WhipClient second = publish("live")) {
                sendFrame(second, false, 500);
                sendFrame(second, true, 501);
                sendFrame(second, false, 502);
                await().atMost(PATIENCE).until(() -> screen.sequences.size() == 3);
            }

            assertThat(screen.keyframes).containsExactly(true, true, false);
            long begin = screen.sequences.get(0);
            assertThat(screen.sequences).containsExactly(begin, begin + 1, begin + 2);
            assertThat(viewer.stats().missing()).isZero();
        }
    }

    @Test
    void whatComesAndGoesLeavesNothingBehind() throws Exception {
        // Longer than the pause between a client's consent checks: 6 s at most (RFC 7675 section 5.1).
        start(config().sessionTimeout(Duration.ofSeconds(7)));
        comeAndGo(4, 0);
        await().atMost(PATIENCE).until(() -> server.sessions().size() == 0);
        int threads = Thread.activeCount();
        long sockets = openFiles();
        long memory = usedMemory();

        comeAndGo(25, 25);

        await().atMost(PATIENCE).until(() -> server.sessions().size() == 0);
        assertThat(server.relay().streams()).isEmpty();
        // Idle handshake and HTTP threads may come and go; sessions must not bring any of their own.
        await().atMost(PATIENCE).until(() -> Thread.activeCount() <= threads + 20);
        // The clients keep a few idle HTTP connections; 50 sessions that leaked a socket each would be far beyond.
        await().atMost(PATIENCE).until(() -> openFiles() <= sockets + 20);
        assertThat(usedMemory() - memory).isLessThan(20_000_000L);
        assertThat(scrape()).contains("weir_sessions 0.0").contains("weir_udp_endpoint_failures_total 0.0");
    }

    private void comeAndGo(int leaving, int vanishing) throws Exception {
        int publishers = leaving + vanishing;
        List<WhipClient> clients = new ArrayList<>();
        for (int i = 0; i < publishers; i++) {
            WhipClient client = publish("stream-" + i);
            sendFrame(client, true, 1);
            clients.add(client);
        }
        assertThat(server.sessions().size()).isEqualTo(publishers);
        for (int i = publishers - 1; i >= 0; i--) {
            if (i < leaving) {
                clients.get(i).close();
            } else {
                clients.get(i).vanish();
            }
        }
    }

    /** Counts the descriptors of this process, gateway and clients: sockets, pipes, selectors, files. */
    private static long openFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private String scrape() throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri("/metrics")).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void aSecondPublisherAndOneTooManyAreRefused() throws Exception {
        start(config().maxSessions(2));
        try (WhipClient one = publish("a");
                WhipClient two = publish("b")) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            assertThatThrownBy(() -> publish("c"))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("503");
        }
        await().atMost(PATIENCE).until(() -> server.sessions().size() == 0);
        try (WhipClient one = publish("a")) {
            assertThat(one.isConnected()).isTrue();
            assertThatThrownBy(() -> publish("a"))
                    .isInstanceOf(ClientException.class)
                    .hasMessageContaining("409");
        }
    }

    @Test
    void aPortThatIsTakenIsToldInOneLineAndNothingStaysOpen() throws Exception {
        start(config());
        int http = server.httpAddress().getPort();
        int udp = server.udpAddress().getPort();
        WhipServer sameHttp = new WhipServer(
                config().bindAddress(new InetSocketAddress("127.0.0.1", http)).build());
        assertThatThrownBy(sameHttp::start).isInstanceOf(IOException.class).hasMessageContaining("--http");
        WhipServer sameUdp = new WhipServer(config().udpPort(udp).build());
        assertThatThrownBy(sameUdp::start).isInstanceOf(IOException.class).hasMessageContaining("--udp");

        sameHttp.close();
        sameUdp.close();
        server.close();
        server.close();
    }
}
