package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.media.EncodedStream;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream and all kinds of targets at once, each with a receiver that somebody else wrote. {@code -Dweir.restream.seconds}
 * says how long each is watched.
 */
class TargetsTest {
    private static final int SECONDS = Integer.getInteger("weir.restream.seconds", 7);
    /** FFmpeg leaves out what it reads while it looks what the stream is. */
    private static final int WATCHED = SECONDS - 3;

    private static final String SECRET = "k3y-that-nobody-may-see";
    private static final String PASSPHRASE = "passphrase-that-nobody-may-see";

    @TempDir
    Path folder = Path.of("");

    private final TestLog log = new TestLog();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<String, FarEnd> viewers = new LinkedHashMap<>();

    @BeforeEach
    void publish() {
        EncodedStream video = TestStreams.flashes(folder, Codec.H264);
        EncodedStream audio = TestStreams.beeps(folder);
        open.add(new LiveStream(log, 7, video, audio).start());
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private void keep(Process process) {
        open.add(process::destroyForcibly);
    }

    private TaskBed push(String url, Map<String, String> more) {
        TaskBed bed = new TaskBed(log, 0, url, more);
        open.add(bed);
        return bed;
    }

    private void watch(String name, String... input) throws IOException {
        FarEnd viewer = new FarEnd(folder, name, SECONDS, input);
        open.add(viewer);
        viewers.put(name, viewer);
    }

    private static String udpInput(int port) {
        return "udp://127.0.0.1:" + port + "?fifo_size=100000&overrun_nonfatal=1";
    }

    private static void awaitUdp(int port) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Receivers.isUdpBound(port));
    }

    @Test
    void everyReceiverShowsPicturesAndSoundInStep() throws Exception {
        List<TaskBed> beds = new ArrayList<>();
        // given receivers
        int rtmp = Receivers.freeTcp();
        keep(Receivers.nginx(folder, rtmp, ""));
        beds.add(push("rtmp://127.0.0.1:" + rtmp + "/live/" + SECRET, Map.of()));

        int srt = Receivers.freeUdp();
        int srtOut = Receivers.freeUdp();
        watch("srt", "-f", "mpegts", "-i", udpInput(srtOut));
        awaitUdp(srtOut);
        keep(Receivers.srtListener(folder, srt, srtOut, PASSPHRASE));
        beds.add(push(
                "srt://127.0.0.1:" + srt + "?latency=80&streamid=" + SECRET + "&passphrase=" + PASSPHRASE, Map.of()));

        int listener = Receivers.freeUdp();
        int listenerOut = Receivers.freeUdp();
        watch("srt-listener", "-f", "mpegts", "-i", udpInput(listenerOut));
        awaitUdp(listenerOut);
        beds.add(push("srt://127.0.0.1:" + listener + "?mode=listener&latency=80", Map.of()));
        keep(Receivers.srtCaller(folder, listener, listenerOut));

        int udp = Receivers.freeUdp();
        watch("udp", "-f", "mpegts", "-i", udpInput(udp));
        awaitUdp(udp);
        beds.add(push("udp://127.0.0.1:" + udp, Map.of()));

        for (String transport : List.of("tcp", "udp")) {
            int rtsp = Receivers.freeTcp();
            Path fifo = Receivers.fifo(folder, transport + ".fifo");
            watch("rtsp-" + transport, "-f", "matroska", "-i", fifo.toString());
            keep(Receivers.rtsp(folder, rtsp, fifo, "weir:" + SECRET));
            beds.add(push("rtsp://weir:" + SECRET + "@127.0.0.1:" + rtsp + "/in?transport=" + transport, Map.of()));
        }

        for (String scheme : List.of("rtp", "srtp")) {
            Path sdp = folder.resolve(scheme + ".sdp");
            beds.add(push(
                    scheme + "://127.0.0.1:" + Receivers.freeUdp(),
                    Map.of(RestreamSinkConfig.SDP_FILE, sdp.toString(), "restream.retry.max.ms", "1000")));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(sdp));
        }

        HttpServer hls = hlsServer();
        String playlist = "http://127.0.0.1:" + hls.getAddress().getPort() + "/live/camera.m3u8";
        beds.add(push("hls+" + playlist, Map.of("restream.hls.segment.ms", "1000", RestreamSinkConfig.TOKEN, SECRET)));

        // when viewers look
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> beds.get(0).isSending());
        watch("rtmp", "-i", "rtmp://127.0.0.1:" + rtmp + "/live/" + SECRET);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(folder.resolve("camera.m3u8"))
                        && Files.readString(folder.resolve("camera.m3u8"))
                                        .lines()
                                        .filter(line -> line.endsWith(".m4s"))
                                        .count()
                                >= 3);
        for (String scheme : List.of("rtp", "srtp")) {
            watch(scheme, "-protocol_whitelist", "file,udp,rtp", "-i", scheme + ".sdp");
        }
        watch("hls", "-live_start_index", "-2", "-i", playlist);
        for (Map.Entry<String, FarEnd> viewer : viewers.entrySet()) {
            Awaitility.await()
                    .alias(viewer.getKey())
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> viewer.getValue().pictures() > 25
                            || !viewer.getValue().isRunning());
        }

        // then no command line shows a secret
        assertThat(commandLinesOfChildren())
                .isNotEmpty()
                .noneMatch(line -> line.contains(SECRET) || line.contains(PASSPHRASE));
        for (TaskBed bed : beds) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(bed.metrics().get("restream-state"))
                            .as(bed.url() + " " + bed.status())
                            .hasToString("SENDING"));
            assertThat(bed.longestPutMillis()).isLessThan(1_000);
        }

        // and everything decodes, in step
        for (Map.Entry<String, FarEnd> viewer : viewers.entrySet()) {
            FarEnd.Result result = viewer.getValue().result(SECONDS + 60);
            System.out.println(result.describe(viewer.getKey()) + " "
                    + result.errors().lines().limit(3).toList());
            assertThat(result.videoFrames()).as(viewer.getKey()).isGreaterThanOrEqualTo(22 * WATCHED);
            assertThat(result.audioFrames()).as(viewer.getKey()).isGreaterThanOrEqualTo(40 * WATCHED);
            assertThat(Math.abs(result.stepMillis())).as(viewer.getKey()).isLessThan(100);
            assertThat(result.p95Millis())
                    .as(viewer.getKey())
                    .isLessThan(viewer.getKey().equals("hls") ? 15_000 : 8_000);
        }
    }

    /** Returns the command lines of all processes below this JVM, except those of the test's receivers. */
    private static List<String> commandLinesOfChildren() {
        return ProcessHandle.current()
                .descendants()
                .map(child -> Path.of("/proc/" + child.pid() + "/cmdline"))
                .map(TargetsTest::read)
                .filter(line -> line.contains("matroska"))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }

    /** A server that keeps what is PUT with the right token, and serves it. */
    private HttpServer hlsServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/live/", exchange -> {
            Path file = folder.resolve(
                    Path.of(exchange.getRequestURI().getPath()).getFileName().toString());
            boolean writes = !exchange.getRequestMethod().equals("GET");
            if (writes
                    && !("Bearer " + SECRET).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
            } else if (exchange.getRequestMethod().equals("PUT")) {
                Path whole = Files.createTempFile(folder, "put", ".part"); // Nobody reads half of it.
                Files.write(whole, exchange.getRequestBody().readAllBytes());
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                exchange.sendResponseHeaders(201, -1);
            } else if (exchange.getRequestMethod().equals("DELETE")) {
                Files.deleteIfExists(file);
                exchange.sendResponseHeaders(204, -1);
            } else if (Files.exists(file)) {
                byte[] bytes = Files.readAllBytes(file);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
            exchange.close();
        });
        server.start();
        open.add(() -> server.stop(0));
        return server;
    }
}
