package dev.weir.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libwebrtc publishes over IPv6, and through the kernel's 1:1 NAT, in a network namespace. */
@Timeout(120)
class NetworkIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ipv6", "nat"})
    void aPublisherFindsTheGateway(String road) throws Exception {
        List<String> command = List.of(
                "unshare",
                "-rn",
                "sh",
                Path.of("target", "test-classes", "client", "network.sh")
                        .toAbsolutePath()
                        .toString(),
                Path.of("..", "weir").toAbsolutePath().normalize().toString(),
                folder.toString(),
                road);
        try (ClientProcess run = ClientProcess.start("network", command)) {
            assertThat(run.awaitExit(Duration.ofSeconds(100))).as(run.output()).isZero();
            JsonNode report = DevTools.JSON.readTree(run.output()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .findFirst()
                    .orElseThrow());
            assertThat(report.path("videoPacketsSent").asInt()).as(run.output()).isGreaterThan(30);
            assertThat(report.path("packetsLost").asInt()).as(run.output()).isZero();
            assertThat(report.path("roundTripMillis").asDouble())
                    .as("our receiver reports came: %s", run.output())
                    .isPositive();
            assertThat(run.output()).containsPattern(road.equals("ipv6") ? "peer=\\[?fd00:77:" : "peer=10\\.77\\.0\\.");
        }
    }
}
