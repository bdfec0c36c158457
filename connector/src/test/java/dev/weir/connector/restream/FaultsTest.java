package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.media.EncodedStream;
import dev.weir.schemas.TargetState;
import dev.weir.webrtc.codec.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What receivers do to a target, with a real RTMP server, all at once: one target beside them must notice nothing of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
    private static final Map<String, String> QUICK =
            Map.of("restream.retry.ms", "200", "restream.retry.max.ms", "500", "restream.stall.timeout.ms", "2000");
    private static final String KEY = "k3y-that-nobody-may-see";

    @TempDir
    static Path folder = Path.of("");

    private final TestLog log = new TestLog();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private int healthyPort;
    private TaskBed healthy;

    @BeforeAll
    void publish() throws Exception {
        // Noise, which no encoder makes small: some Mbit/s.
        EncodedStream video = EncodedStream.video(
                folder, Codec.H264, "color=gray:size=320x180:rate=25,noise=alls=60:allf=t+u", 4, 25);
        open.add(new LiveStream(log, 7, video, TestStreams.beeps(folder)).start());
        healthyPort = Receivers.freeTcp();
        keep(Receivers.nginx(folder, healthyPort, ""));
        healthy = push("rtmp://127.0.0.1:" + healthyPort + "/live/healthy", QUICK);
        await(healthy::isSending);
    }

    @AfterAll
    void stop() throws Exception {
        RestreamStatus untouched = healthy.status();
        long put = healthy.longestPutMillis();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        assertThat(untouched.failures()).as(untouched.toString()).isZero();
        assertThat(put).isLessThan(2_000);
    }

    private Process keep(Process process) {
        open.add(process::destroyForcibly);
        return process;
    }

    private TaskBed push(String url, Map<String, String> more) {
        TaskBed bed = new TaskBed(log, log.end(), url, more);
        open.add(bed);
        return bed;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    private static void awaitBytes(TaskBed bed) {
        long before = bed.status().bytesSent();
        await(() -> bed.isSending() && bed.status().bytesSent() > before + 100_000);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aKilledReceiverIsFoundAgainWhenItComesBack() throws Exception {
        int port = Receivers.freeTcp();
        Process first = keep(Receivers.nginx(folder, port, ""));
        TaskBed bed = push("rtmp://127.0.0.1:" + port + "/live/" + KEY, QUICK);
        awaitBytes(bed);

        first.destroyForcibly().waitFor();
        await(() -> bed.status().lastError().contains("takes no connection"));
        assertThat(bed.status().state()).isIn(TargetState.WAITING_TO_RETRY, TargetState.CONNECTING);

        keep(Receivers.nginx(folder, port, ""));
        awaitBytes(bed);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aFrozenReceiverIsGivenUpAndGetsItsStreamWhenItThaws() throws Exception {
        int port = Receivers.freeTcp();
        Process nginx = keep(Receivers.nginx(folder, port, ""));
        TaskBed bed = push("rtmp://127.0.0.1:" + port + "/live/" + KEY, QUICK);
        awaitBytes(bed);

        signal("STOP", nginx);
        await(() -> bed.status().lastError().contains("took nothing for 2 s"));
        assertThat(bed.status().queuedBytes()).isLessThan(32L << 20);

        signal("CONT", nginx);
        awaitBytes(bed);
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aSlowReceiverGetsTheNewestPicturesAndNoMemoryGrows() throws Exception {
        try (ThrottledProxy proxy = new ThrottledProxy(new ServerSocket(), healthyPort, 12_500)) {
            Map<String, String> settings = Map.of(
                    "restream.delay.max.ms",
                    "1500",
                    "restream.buffer.bytes",
                    "1048576",
                    "restream.stall.timeout.ms",
                    "60000");
            TaskBed bed = push("rtmp://127.0.0.1:" + proxy.port() + "/live/" + KEY + "-slow", settings);
            await(() -> bed.status().skips() >= 1);

            assertThat(bed.status().queuedBytes()).isLessThan(4L << 20);
            assertThat(bed.status().failures()).isZero();

            proxy.limit(Integer.MAX_VALUE);
            awaitBytes(bed);
            await(() -> bed.status().delayMillis() < 1_500);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aWrongKeyIsToldWithoutTheKeyAndTriedUntilItIsRight() throws Exception {
        HttpServer judge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        boolean[] permits = {false};
        judge.createContext("/", exchange -> {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(permits[0] && form.contains("name=" + KEY) ? 200 : 403, -1);
            exchange.close();
        });
        judge.start();
        open.add(() -> judge.stop(0));
        int port = Receivers.freeTcp();
        keep(Receivers.nginx(
                folder, port, "http://127.0.0.1:" + judge.getAddress().getPort() + "/"));
        TaskBed bed = push("rtmp://127.0.0.1:" + port + "/live/" + KEY, QUICK);

        await(() -> bed.status().failures() > 0);
        assertThat(bed.status().lastError())
                .contains("RTMP server")
                .containsIgnoringCase("key")
                .doesNotContain(KEY);

        permits[0] = true;
        awaitBytes(bed);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void certificatesAndHostNamesAreVerified() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(folder);
        Path authorities = certificate.authorities();
        SSLContext tls = certificate.context();
        try (ThrottledProxy proxy =
                new ThrottledProxy(tls.getServerSocketFactory().createServerSocket(), healthyPort, Integer.MAX_VALUE)) {
            Map<String, String> trusting = Map.of(
                    RestreamSinkConfig.TLS_CA_FILE,
                    authorities.toString(),
                    RestreamSinkConfig.ALLOW,
                    "localhost,127.0.0.1");
            String path = ":" + proxy.port() + "/live/" + KEY + "-tls";
            TaskBed untrusted = push("rtmps://localhost" + path, Map.of(RestreamSinkConfig.ALLOW, "localhost"));
            TaskBed misnamed = push("rtmps://127.0.0.1" + path, trusting);
            TaskBed trusted = push("rtmps://localhost" + path, trusting);

            await(() -> untrusted.status().failures() > 0 && misnamed.status().failures() > 0);
            assertThat(untrusted.status().lastError()).contains("TLS with localhost failed", "certification path");
            assertThat(misnamed.status().lastError())
                    .contains("TLS with 127.0.0.1 failed", "subject alternative names");
            awaitBytes(trusted);
            assertThat(untrusted.status().bytesSent()).isZero();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void withoutFfmpegTheMessageNamesThePackage() throws Exception {
        TaskBed bed = push(
                "udp://127.0.0.1:" + healthyPort,
                Map.of(RestreamSinkConfig.FFMPEG, folder.resolve("nothing").toString()));

        await(() -> bed.status().failures() > 0);
        assertThat(bed.status().lastError()).contains("apt-get install ffmpeg", "restream.ffmpeg.path");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anotherPictureSizeGoesOnAndACodecThatTheTargetLacksIsNamed() throws Exception {
        TestLog changing = new TestLog();
        Path own = Files.createDirectory(folder.resolve("changes"));
        EncodedStream larger = EncodedStream.video(own, Codec.H264, EncodedStream.picture(640, 360), 2, 25);
        EncodedStream vp8 = EncodedStream.video(own, Codec.VP8, EncodedStream.picture(320, 180), 1, 25);
        EncodedStream smaller = EncodedStream.video(own, Codec.H264, EncodedStream.picture(320, 180), 2, 25);
        EncodedStream beeps = TestStreams.beeps(own);
        LiveStream first = new LiveStream(changing, 17, smaller, beeps).start();
        open.add(first);
        TaskBed ts = new TaskBed(changing, 0, "udp://127.0.0.1:" + Receivers.freeUdp(), QUICK);
        open.add(ts);
        String url = "rtmp://127.0.0.1:" + healthyPort + "/live/changes";
        TaskBed rtmp = new TaskBed(changing, 0, url, QUICK);
        open.add(rtmp);
        await(() -> ts.isSending() && rtmp.isSending());
        FarEnd viewer = new FarEnd(own, "sizes", 8, "-i", url);
        open.add(viewer);
        await(() -> viewer.pictures() > 10);

        // when another publisher comes with a larger picture
        first.close();
        LiveStream second = new LiveStream(changing, 18, larger, beeps).start();
        open.add(second);

        // then the same connection goes on
        assertThat(viewer.result(60).videoFrames()).isGreaterThan(50);
        assertThat(rtmp.status().connects()).isEqualTo(1);
        assertThat(ts.status().connects()).isEqualTo(1);

        // and VP8 without sound needs another one, which MPEG-TS cannot give
        second.close();
        open.add(new LiveStream(changing, 19, vp8).start());
        await(() -> ts.status().lastError().contains("does not carry VP8"));
        await(() -> rtmp.status().connects() == 2 && rtmp.isSending());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void childrenDoNotOutliveAKilledWorkerAndItsSuccessorResumes() throws Exception {
        int udp = Receivers.freeUdp();
        FarEnd viewer = new FarEnd(folder, "resumed", 30, "-f", "mpegts", "-i", "udp://127.0.0.1:" + udp);
        open.add(viewer);
        Process worker = keep(worker(udp));
        await(() -> worker.descendants().count() == 2 && viewer.pictures() > 10);
        List<ProcessHandle> children = worker.descendants().toList();

        worker.destroyForcibly().waitFor();
        await(() -> children.stream().noneMatch(ProcessHandle::isAlive));

        Process successor = keep(worker(udp));
        try (BufferedReader lines = successor.inputReader()) {
            assertThat(lines.lines().anyMatch("started"::equals)).isTrue();
            long started = System.nanoTime();
            int before = viewer.pictures();
            await(() -> viewer.pictures() > before || !viewer.isRunning());
            System.out.printf(
                    Locale.ROOT,
                    "after kill -9 the target resumed %d ms after the task's start%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        }
    }

    private Process worker(int udp) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWorker.class.getName(),
                        Files.createDirectories(folder.resolve("worker")).toString(),
                        Integer.toString(udp))
                .redirectError(folder.resolve("worker.txt").toFile())
                .start();
    }
}
