package dev.weir.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.process.DataDirectory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DemoIT {

    @TempDir
    Path data;

    @Test
    void publishesCountsWhatCameOutAndLeavesNothingRunning() throws Exception {
        try (DemoProcess demo = DemoProcess.start(data, "--publish", "--for", "6s", "--json")) {
            // when
            List<ProcessHandle> children = demo.awaitReady();
            int exitCode = demo.awaitExit();

            // then
            String last = demo.lines().get(demo.lines().size() - 1);
            JsonNode report = new ObjectMapper().readTree(last);
            assertThat(exitCode).as(last).isZero();
            assertThat(report.get("lost").asLong()).as(last).isZero();
            assertThat(report.get("gaps").asLong()).as(last).isZero();
            assertThat(report.get("published").asLong()).as(last).isGreaterThan(450);
            assertThat(report.get("mirrored")).as(last).isEqualTo(report.get("published"));
            assertThat(report.get("relayed").asLong()).as(last).isPositive();
            assertThat(report.get("archived").asLong())
                    .as("150 pictures and 300 audio packets: %s", last)
                    .isEqualTo(450);
            assertThat(report.get("durationMillis").asLong()).as(last).isBetween(5_900L, 6_100L);
            assertThat(Path.of(report.get("archive").asText())).isDirectoryContaining("glob:**.mp4");
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void interruptStopsEverythingAndTheNextStartFindsTheLogOfTheFirst() throws Exception {
        // given
        try (DemoProcess first = DemoProcess.start(data, "--publish", "--for", "2s")) {
            first.awaitReady();
            assertThat(first.awaitExit()).as("%s", first.lines()).isZero();
        }

        // when
        try (DemoProcess second = DemoProcess.start(data)) {
            List<ProcessHandle> children = second.awaitReady();
            try (LogReader log = LogReader.open(second.value("Kafka"), Optional.of("demo"))) {
                log.seek(LogPosition.BEGINNING);
                LogCount count = new LogCount();
                count.read(log, Duration.ofSeconds(20));

                // then
                assertThat(count.ended()).isTrue();
                assertThat(count.packets("audio")).isEqualTo(100);
            }
            assertThat(status(second.value("gateway") + "health")).isEqualTo(200);
            second.interrupt();
            assertThat(second.awaitExit()).isEqualTo(130);
            assertThat(children).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void killedDemoTakesItsChildrenAlong() throws Exception {
        try (DemoProcess demo = DemoProcess.start(data)) {
            List<ProcessHandle> children = demo.awaitReady();

            demo.kill();

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void portThatIsTakenIsToldInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DemoProcess demo = DemoProcess.start(data, "--http", "127.0.0.1:" + taken.getLocalPort())) {
            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.lines())
                    .last()
                    .isEqualTo("weir: TCP 127.0.0.1:" + taken.getLocalPort()
                            + " is taken by another program: free it or choose another with --http");
        }
    }

    @Test
    void folderInUseIsToldInOneLine() throws Exception {
        try (DataDirectory inUse = DataDirectory.open(data);
                DemoProcess demo = DemoProcess.start(data)) {
            assertThat(demo.awaitExit()).isEqualTo(1);
            assertThat(demo.lines())
                    .containsExactly("weir: " + inUse.root()
                            + " is in use by another running weir: stop that one or choose another folder with --data");
        }
    }

    private static int status(String url) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
