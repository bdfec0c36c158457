package dev.weir.gateway.security;

import static dev.weir.gateway.security.SecuredGateway.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.conformance.Row;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slowhttptest} (Debian) against the gateway: it holds nothing open for long, and others notice nothing. */
class SlowClientsTest {
    private static final int CONNECTIONS = Integer.getInteger("weir.slow-connections", 300);
    private static final int SECONDS = Integer.getInteger("weir.slow-seconds", 12);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(4);

    @TempDir
    private Path folder;

    @Test
    @Row({"T07", "V17.3.1"})
    void t07V1731SlowHeadersBodiesAndReadsAreCutOffAndAGoodPostIsNotDelayed() throws Exception {
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.requestTimeout(REQUEST_TIMEOUT))) {
            String base = "http://127.0.0.1:" + gateway.address().getPort();
            posts(gateway, 40);
            long alone = percentile99(posts(gateway, 150));
            List<String> shape =
                    List.of("-c", "" + CONNECTIONS, "-r", "" + CONNECTIONS, "-l", "" + SECONDS, "-p", "5", "-i", "1");

            attack(gateway, alone, shape, "headers", "-H", "-u", base + "/health");
            attack(
                    gateway,
                    alone,
                    shape,
                    "body",
                    List.of("-B", "-t", "POST", "-f", "application/sdp", "-s", "8192", "-u", base + "/whip/slow")
                            .toArray(new String[0]));
            attack(
                    gateway,
                    alone,
                    shape,
                    "read",
                    List.of(
                                    "-X",
                                    "-w",
                                    "512",
                                    "-y",
                                    "1024",
                                    "-z",
                                    "32",
                                    "-n",
                                    "2",
                                    "-k",
                                    "1",
                                    "-u",
                                    base + "/assets/uPlot.iife.min.js")
                            .toArray(new String[0]));

            // What was begun is over once the longest of the limits has passed, the time to read an answer.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> open(gateway.address().getPort()) <= 2);
        }
    }

    private void attack(SecuredGateway gateway, long aloneMicros, List<String> shape, String kind, String... what)
            throws Exception {
        Path output = folder.resolve(kind);
        List<String> command = new ArrayList<>(List.of("slowhttptest"));
        command.addAll(Arrays.asList(what));
        command.addAll(shape);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> open(gateway.address().getPort()) >= CONNECTIONS / 2 || !process.isAlive());
            long during = percentile99(posts(gateway, 150));
            assertThat(process.waitFor(SECONDS + 20L, TimeUnit.SECONDS)).isTrue();
            String told = Files.readString(output, StandardCharsets.ISO_8859_1).replaceAll("\u001b\\[[0-9;]*m", "");
            System.out.printf(
                    Locale.ROOT,
                    "slow %s: p99 of a POST %.1f ms alone, %.1f ms during; %s%n",
                    kind,
                    aloneMicros / 1000.0,
                    during / 1000.0,
                    told.lines()
                            .filter(line -> line.contains("Exit status"))
                            .findFirst()
                            .orElse("?"));
            // The machine may have other work; a gateway that waits for slow clients would be off by seconds.
            assertThat(during).as(kind).isLessThan(Math.max(500_000, 20 * aloneMicros));
            if (!kind.equals("read")) {
                // What a slow reader leaves unread lies in the system's buffers; its end shows in the gateway's
                // sockets.
                assertThat(told).as(kind).contains("No open connections left");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** The time of each of {@code count} good POSTs, in microseconds. */
    private static List<Long> posts(SecuredGateway gateway, int count) throws Exception {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            HttpResponse<String> response = gateway.send("POST", "/whip/good", "");
            micros.add((System.nanoTime() - start) / 1_000);
            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(gateway.status("DELETE", header(response, "location"), ""))
                    .isEqualTo(200);
        }
        return micros;
    }

    private static long percentile99(List<Long> micros) {
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }

    /** Connections that the kernel holds as established on the gateway's side. */
    private static long open(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        long count = 0;
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split(" +", -1);
                boolean established = columns.length > 3 && columns[3].equals("01");
                count += established && columns[1].endsWith(local) ? 1 : 0;
            }
        }
        return count;
    }
}
