package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway in a JVM of its own, whose CPU time the kernel tells. */
final class GatewayProcess implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("ready: (http://\\S+?)/ ");

    private final Process process;
    private final URI url;

    private GatewayProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts a gateway without Kafka on free ports of loopback and waits until it serves.
     *
     * @throws IOException when it ends before it is ready
     */
    static GatewayProcess start() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED",
                        "--add-opens=java.base/sun.security.provider=ALL-UNNAMED",
                        "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.weir.gateway.Main",
                        "gateway",
                        "--http",
                        "127.0.0.1:0",
                        "--udp",
                        "0",
                        "--set",
                        "udp.addresses=127.0.0.1",
                        "--set",
                        "sessions.max=1000"))
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = URL.matcher(line);
            if (matcher.find()) {
                drain(output);
                return new GatewayProcess(process, URI.create(matcher.group(1)));
            }
        }
        throw new IOException("the gateway ended before it was ready");
    }

    /** Keeps the pipe from filling; the thread ends with the gateway. */
    private static void drain(BufferedReader output) {
        Thread reader = new Thread(() -> discard(output), "gateway-output");
        reader.setDaemon(true);
        reader.start();
    }

    private static void discard(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // Nobody wants it.
            }
        } catch (IOException closed) {
            return; // The gateway ended.
        }
    }

    URI url() {
        return url;
    }

    /** Returns the CPU time of all its threads so far, in steps of the kernel's clock tick (10 ms). */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
