package dev.weir.standalone.broker;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built product's {@code weir gateway} in a process of its own. It is gone after close. */
final class GatewayProcess implements AutoCloseable {
    private static final Path HOME = Path.of("target", "weir").toAbsolutePath();
    private static final Pattern READY = Pattern.compile("ready: (http://127\\.0\\.0\\.1:\\d+/)");

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<URI> ready = new CompletableFuture<>();
    private final Thread reader = new Thread(this::read, "gateway-output");

    private GatewayProcess(Process process) {
        this.process = process;
        reader.start();
    }

    static GatewayProcess start(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                HOME.resolve("lib") + File.separator + "*" + File.pathSeparator
                        + HOME.resolve("plugins").resolve("weir-connector") + File.separator + "*",
                "dev.weir.standalone.Main",
                "gateway",
                "--http",
                "127.0.0.1:0",
                "--udp",
                "0"));
        command.addAll(List.of(flags));
        return new GatewayProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                Matcher matcher = READY.matcher(line);
                if (matcher.find()) {
                    ready.complete(URI.create(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.completeExceptionally(new AssertionError("ended before it was ready:\n" + output()));
    }

    /** Returns where HTTP is served, once it is. */
    URI awaitReady() throws Exception {
        return ready.get(90, TimeUnit.SECONDS);
    }

    /** Sends {@code name}, such as TERM. */
    void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + " failed");
        }
    }

    /** Waits for its end and returns the exit code. */
    int awaitExit(long seconds) throws Exception {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end within " + seconds + " s:\n" + output());
        }
        reader.join(5_000);
        return process.exitValue();
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
