package dev.weir.standalone.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A child process whose output lines are kept and can be waited for. It is gone, with its children, after close. */
final class ClientProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();
    private boolean outputEnded;

    private ClientProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
    }

    /** Starts it with standard error joined to standard output. */
    static ClientProcess start(String name, List<String> command) throws IOException {
        ClientProcess child = new ClientProcess(
                name, new ProcessBuilder(command).redirectErrorStream(true).start());
        child.process.getOutputStream().close();
        child.reader.start();
        return child;
    }

    /** Runs a class of this test's class path in a JVM of its own. */
    static ClientProcess startJava(String name, List<String> jvmOptions, Class<?> main, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(javaCommand());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return start(name, command);
    }

    static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The first output line that fits, also one printed before the call. */
    String awaitLine(Predicate<String> fits, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            while (true) {
                Optional<String> found = lines.stream().filter(fits).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (outputEnded || leftMillis <= 0) {
                    String how = outputEnded ? "ended" : "took over " + timeout.toSeconds() + " s";
                    throw new AssertionError(name + ' ' + how + " without the awaited line:\n" + output());
                }
                lines.wait(leftMillis);
            }
        }
    }

    /** Waits for the end; the exit code. */
    int awaitExit(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " did not end within " + timeout.toSeconds() + " s:\n" + output());
        }
        reader.join(Duration.ofSeconds(5).toMillis());
        return process.exitValue();
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    String lastLine() {
        synchronized (lines) {
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Asks it to stop, as Ctrl-C does. */
    void interrupt() {
        process.destroy();
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The stream closes under us when the process is killed.
            synchronized (lines) {
                lines.add("(output ended: " + e.getMessage() + ")");
            }
        } finally {
            synchronized (lines) {
                outputEnded = true;
                lines.notifyAll();
            }
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
