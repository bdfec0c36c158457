package dev.weir.standalone.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parent's end of a child JVM. The child holds the reading end of a pipe whose only writing end is in this process, so it
 * sees the end of this process however that comes about, and ends too. It answers over its standard output in the words of
 * {@link ParentLink}; everything else that it says goes to its log file.
 *
 * <p>Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

    private final ChildSpec spec;
    private final Process process;
    private final Consumer<String> onNotice;
    private final CompletableFuture<Optional<String>> ready = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile String lastFailure = "";
    private volatile boolean stopping;

    private ChildProcess(ChildSpec spec, Process process, Consumer<String> onNotice) {
        this.spec = spec;
        this.process = process;
        this.onNotice = onNotice;
    }

    /**
     * Starts the child with the JDK that runs this process.
     *
     * @param onNotice called on the reading thread with each {@link ParentLink#notice} and each failure after the start
     * @throws StartFailure if no process can be started
     */
    public static ChildProcess start(ChildSpec spec, Consumer<String> onNotice) throws StartFailure {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(spec.jvmFlags());
        command.addAll(List.of("-cp", spec.classPath()));
        command.add("-Dweir.log=" + spec.logFile());
        command.add("-Dlogback.configurationFile=dev/weir/standalone/child-logback.xml");
        command.add(spec.mainClass());
        command.addAll(spec.arguments());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(spec.logs().resolve(spec.name() + ".err").toFile())
                    .start();
            ChildProcess child = new ChildProcess(spec, process, onNotice);
            Thread reader = new Thread(child::read, "weir-" + spec.name() + "-reader");
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new StartFailure("cannot start " + spec.name() + ": " + e.getMessage(), e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                onLine(line);
            }
        } catch (IOException e) {
            LOG.debug("child={} closed its output", spec.name(), e);
        }
        awaitExit();
    }

    private void onLine(String line) {
        if (line.startsWith(ParentLink.READY)) {
            ready.complete(Optional.of(line.substring(ParentLink.READY.length())));
        } else if (line.startsWith(ParentLink.FAILED)) {
            lastFailure = line.substring(ParentLink.FAILED.length());
            if (ready.isDone()) {
                onNotice.accept(lastFailure);
            }
        } else if (line.startsWith(ParentLink.NOTICE)) {
            onNotice.accept(line.substring(ParentLink.NOTICE.length()));
        }
    }

    private void awaitExit() {
        try {
            int code = process.waitFor();
            LOG.info("child={} pid={} ended code={}", spec.name(), process.pid(), code);
            exit.complete(code);
            ready.complete(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String deathLine(int code) {
        String why = lastFailure.isEmpty() ? "ended with code " + code : lastFailure;
        return spec.name() + ": " + why + " (its log: " + spec.logFile() + ")";
    }

    /**
     * Waits until the child says that it is ready, and returns what it said.
     *
     * @throws StartFailure if it ends first, or is not ready within {@code patience}
     */
    public String awaitReady(Duration patience) throws StartFailure, InterruptedException {
        try {
            return ready.get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .orElseThrow(() -> new StartFailure(deathLine(exit.join())));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new StartFailure(
                    spec.name() + " was not ready within " + patience.toSeconds() + " s (its log: " + spec.logFile()
                            + ")",
                    e);
        }
    }

    /** Completes with the exit code when the child has ended. */
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    /** Returns true once {@link #close} was called, to tell a wanted end from another. */
    public boolean isStopping() {
        return stopping;
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends the child in order, by force after {@link ParentLink#STOP_PATIENCE}; returns when it is gone. */
    @Override
    public void close() {
        stopping = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("child={} had gone already", spec.name(), e);
        }
        boolean interrupted = false;
        try {
            if (!process.waitFor(ParentLink.STOP_PATIENCE.toSeconds() + 2, TimeUnit.SECONDS)) {
                LOG.warn("child={} pid={} did not stop, killing it", spec.name(), process.pid());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (process.isAlive()) {
            process.destroyForcibly();
        }
        exit.join();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
