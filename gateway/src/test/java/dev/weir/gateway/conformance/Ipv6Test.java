package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WHIP and WHEP over IPv6, in a JVM and a network of their own: there is a loopback of both families in any. */
@Timeout(120)
class Ipv6Test {
    /** Returns what the gateway offered and saw, line by line. */
    private static List<String> run(String udp, String advertised) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("unshare", "-rn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.addAll(List.of(Ipv6Run.class.getName(), udp, advertised));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output.lines()).as(output).contains("over");
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> candidates(List<String> lines) {
        return lines.stream().filter(line -> line.startsWith("a=candidate:")).toList();
    }

    /** Returns the peers of the publisher and the viewer that were connected. */
    private static List<String> peers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches("(publisher|viewer) \\S+ [1-9][0-9]*"))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    @Test
    @Row("W21")
    void w21ASessionOverIpv6AloneHasItsCandidateAndItsMedia() throws Exception {
        List<String> lines = run("::1", "-");

        assertThat(candidates(lines))
                .singleElement()
                .asString()
                .matches("a=candidate:1 1 UDP \\d+ (0:){7}1 \\d+ typ host");
        assertThat(peers(lines)).hasSize(2).allSatisfy(peer -> assertThat(peer).contains("0:0:0:0:0:0:0:1"));
    }

    /** The order of the lines is for FFmpeg, which reads the first only; everybody else goes by the priorities. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"::1,127.0.0.1 | 0:0:0:0:0:0:0:1", "127.0.0.1,::1 | 127.0.0.1"})
    @Row("W21")
    void w21IPv4StandsFirstAndAClientOfBothFamiliesTakesWhatTheOperatorNamedFirst(String udp, String taken)
            throws Exception {
        List<String> lines = run(udp, "-");

        assertThat(candidates(lines)).hasSize(2);
        assertThat(candidates(lines).get(0)).contains(" 127.0.0.1 ");
        assertThat(candidates(lines).get(1)).contains(" 0:0:0:0:0:0:0:1 ");
        assertThat(peers(lines)).hasSize(2).allSatisfy(peer -> assertThat(peer).contains(taken));
    }

    @Test
    void aClientThatDoesNotReachTheIpv4AddressGoesByIpv6() throws Exception {
        List<String> lines = run("127.0.0.1,::1", "198.51.100.77,::1");

        assertThat(candidates(lines).get(0)).contains(" 198.51.100.77 ");
        assertThat(peers(lines)).hasSize(2).allSatisfy(peer -> assertThat(peer).contains("0:0:0:0:0:0:0:1"));
    }
}
