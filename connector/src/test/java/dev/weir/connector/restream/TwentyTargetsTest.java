package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.weir.connector.media.EncodedStream;
import dev.weir.webrtc.codec.Codec;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many targets of one stream in one worker. */
class TwentyTargetsTest {
    @TempDir
    Path folder = Path.of("");

    private final TestLog log = new TestLog();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private TaskBed push(String url) {
        TaskBed bed = new TaskBed(log, log.end(), url, Map.of());
        open.add(bed);
        return bed;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    @Test
    void twentyTargetsShareOneEncoder() throws Exception {
        EncodedStream video = EncodedStream.video(
                folder, Codec.H264, "color=gray:size=320x180:rate=25,noise=alls=60:allf=t+u", 4, 25);
        open.add(new LiveStream(log, 7, video, TestStreams.beeps(folder)).start());
        int port = Receivers.freeTcp();
        Process nginx = Receivers.nginx(folder, port, "");
        open.add(nginx::destroyForcibly);
        TaskBed first = push("rtmp://127.0.0.1:" + port + "/live/first");
        await(() -> first.status().bytesSent() > 100_000);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long alone = cpuNanosOf(system, Duration.ofSeconds(2));
        List<TaskBed> beds = new ArrayList<>();
        for (int i = 1; i < 20; i++) {
            beds.add(push("rtmp://127.0.0.1:" + port + "/live/key" + i));
        }
        await(() -> beds.stream().allMatch(bed -> bed.status().bytesSent() > 100_000));
        long together = cpuNanosOf(system, Duration.ofSeconds(4)) / 2;

        List<Long> encoders = ProcessHandle.current()
                .children()
                .filter(child -> commandLine(child).contains("adts"))
                .map(ProcessHandle::pid)
                .toList();
        assertThat(encoders).hasSize(1);
        System.out.printf(
                Locale.ROOT,
                "20 targets of one stream: %.2f %% of a core per target, of the publisher and one target %.2f %%%n",
                (together - alone) / 19.0 / 2e7,
                alone / 2e7);
        for (TaskBed bed : beds) {
            assertThat(bed.status().failures()).as(bed.status().toString()).isZero();
            assertThat(bed.isSending()).isTrue();
        }
    }

    private static long cpuNanosOf(OperatingSystemMXBean system, Duration duration) {
        long start = System.nanoTime();
        long before = system.getProcessCpuTime();
        await(() -> System.nanoTime() - start > duration.toNanos());
        return (system.getProcessCpuTime() - before) * duration.toNanos() / (System.nanoTime() - start);
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }
}
