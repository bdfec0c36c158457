package dev.weir.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The built product's {@code weir demo} in a process of its own, as the launcher starts it. */
final class DemoProcess implements AutoCloseable {

    private static final Path HOME = Path.of("target", "weir").toAbsolutePath();

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CompletableFuture<List<ProcessHandle>> ready = new CompletableFuture<>();
    private final Thread reader;

    private DemoProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "demo-output");
    }

    /** Starts it on ports that are free and the folder {@code data}. */
    static DemoProcess start(Path data, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dweir.home=" + HOME,
                "-cp",
                HOME.resolve("lib") + File.separator + "*" + File.pathSeparator
                        + HOME.resolve("plugins").resolve("weir-connector") + File.separator + "*",
                "dev.weir.standalone.Main",
                "demo",
                "--udp",
                "0",
                "--kafka-port",
                "0",
                "--data",
                data.toString()));
        command.addAll(List.of(flags));
        if (!command.contains("--http")) {
            command.addAll(List.of("--http", "127.0.0.1:0"));
        }
        DemoProcess demo = new DemoProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        demo.reader.start();
        return demo;
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                if (line.startsWith("ready")) {
                    ready.complete(process.descendants().toList());
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add(e.toString());
            }
        }
        ready.complete(List.of());
    }

    /** Waits until it serves, and returns its children. */
    List<ProcessHandle> awaitReady() throws Exception {
        List<ProcessHandle> children = ready.get(150, TimeUnit.SECONDS);
        assertThat(children).as("children of a demo that printed %s", lines()).hasSize(2);
        return children;
    }

    /** Waits for its end and returns the exit code. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(150, TimeUnit.SECONDS))
                .as("the demo ends; it printed %s", lines())
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    /** Sends what Ctrl-C sends. */
    void interrupt() throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Kills it without a chance to clean up. */
    void kill() {
        process.destroyForcibly();
    }

    /** Returns what it printed so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Returns the word behind {@code label} in the first line that starts with it. */
    String value(String label) {
        Optional<String> line = lines().stream()
                .map(String::strip)
                .filter(l -> l.startsWith(label))
                .findFirst();
        assertThat(line).as("a line %s in %s", label, lines()).isPresent();
        return Stream.of(line.orElseThrow().substring(label.length()).strip().split(" +", -1))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(20, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
