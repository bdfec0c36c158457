package dev.weir.standalone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.standalone.CommandRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadTestIT {
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    private final WhipServer gateway = new WhipServer(ServerConfig.builder()
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .udpPort(0)
            .udpAddresses(List.of(InetAddress.getLoopbackAddress()))
            .build());

    @BeforeEach
    void start() throws Exception {
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void everyViewerOfEveryPublisherIsMeasured() throws Exception {
        CommandRun run = CommandRun.of(arguments(
                "--publishers=2", "--viewers=4", "--kbps=300", "--for=2s", "--warm-up=1s", "--pid=" + PID, "--json"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("viewers").asInt()).isEqualTo(4);
        assertThat(report.path("profile").asText()).isEqualTo("AEAD_AES_128_GCM");
        // Two viewers of each stream: what came out is twice what went in, but for the edges of the measurement.
        double in = report.path("packetsIn").asDouble();
        assertThat(in).isGreaterThan(100);
        assertThat(report.path("packetsOut").asDouble()).isBetween(1.5 * in, 2.5 * in);
        for (String times : List.of("answerMillis", "firstPacketMillis", "keyframeMillis")) {
            assertThat(report.path(times).path("count").asInt()).as(times).isEqualTo(4);
        }
        assertThat(report.path("latencyMillis").path("count").asInt()).isGreaterThan(200);
        assertThat(report.path("latencyMillis").path("p50").asDouble()).isPositive();
        assertThat(report.path("server").path("cpuMicrosPerPacket").asDouble()).isPositive();
        assertThat(report.path("server").path("residentBytes").asLong()).isPositive();
    }

    /** Far between keyframes viewers begin with the last one, long before the next, and hardly any is asked for. */
    @Test
    void whoJoinsBetweenKeyframesDoesNotWaitForTheNextOne() throws Exception {
        CommandRun run = CommandRun.of(arguments(
                "--viewers=20",
                "--kbps=300",
                "--keyframes=60s",
                "--join-rate=10",
                "--for=1s",
                "--warm-up=1s",
                "--json"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("keyframeMillis").path("count").asInt()).isEqualTo(20);
        assertThat(report.path("keyframeMillis").path("p50").asDouble())
                .as("from the POST, ms: %s", report)
                .isLessThan(1_000);
        assertThat(report.path("keyframeRequests").asInt())
                .as("%s", report)
                .isLessThanOrEqualTo(1 + (int) report.path("runSeconds").asDouble());
    }

    @Test
    void theTableIsForPeople() {
        CommandRun run = CommandRun.of(arguments("--viewers=1", "--kbps=0", "--for=1s", "--warm-up=0s"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("viewers           1 connected, 0 not, 0 let go; AEAD_AES_128_GCM")
                .contains("latency           p50 ")
                .containsPattern("this tool +[0-9.]+ % of a core, [0-9.]+ us per packet received")
                .doesNotContain("server CPU");
    }

    @Test
    void silentPublishersShowWhatIdleSessionsCost() {
        CommandRun run =
                CommandRun.of(arguments("--silent", "--viewers=2", "--for=1s", "--warm-up=0s", "--pid=" + PID));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("received          0 packets/s")
                .containsPattern("server CPU +[0-9.]+ % of a core; [0-9]+ MiB resident");
    }

    @Test
    void payloadTypesMayBeGivenForServersThatHaveTheirOwn() throws Exception {
        CommandRun run = CommandRun.of(
                arguments("--viewers=1", "--payload-types=107,111", "--for=1s", "--warm-up=0s", "--json"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("packetsOut").asInt()).isPositive();
        assertThat(report.path("missing").asInt()).isZero();
        assertThat(report.path("ownDrops").asInt(-1)).isZero();
        assertThat(CommandRun.of("loadtest", "--payload-types=107").err()).contains("wants two numbers");
        assertThat(CommandRun.of("loadtest", "--payload-types=8,111").err()).contains("payload types are 96 to 127");
    }

    @Test
    void aReportSaysWhyAViewerWasRefused() {
        CommandRun run = CommandRun.of(arguments("--publishers=0", "--viewers=1", "--for=1s", "--warm-up=0s"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("0 connected, 1 not, 0 let go").containsPattern("/whep/l-0 answered 4\\d\\d");
    }

    @Test
    void severalPublishersNeedUrlsOfTheirOwn() {
        CommandRun run = CommandRun.of("loadtest", "--publishers=2", "--whip=http://127.0.0.1:1/whip/a");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("several publishers need {} in both URLs");
    }

    private String[] arguments(String... flags) {
        String base = "http://127.0.0.1:" + gateway.httpAddress().getPort();
        List<String> all = new java.util.ArrayList<>(
                List.of("loadtest", "--whip", base + "/whip/l-{}", "--whep", base + "/whep/l-{}"));
        all.addAll(List.of(flags));
        return all.toArray(String[]::new);
    }
}
