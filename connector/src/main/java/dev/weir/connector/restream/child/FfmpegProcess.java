package dev.weir.connector.restream.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child FFmpeg that reads from its standard input. It ends when that ends, so it cannot outlive the JVM, however the JVM
 * dies. Its command line is visible to every user of the machine: secrets do not belong there. Thread-safe, except that the
 * streams have one user each.
 */
public final class FfmpegProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FfmpegProcess.class);
    /** The setting of the restream sink that names the program. */
    public static final String RESTREAM_SETTING = "restream.ffmpeg.path";

    private static final long END_MILLIS = 2_000;
    private static final int MAX_LINE = 300;

    private final Process process;
    private final List<String> secrets;
    private volatile String lastLine = "";

    private FfmpegProcess(Process process, List<String> secrets) {
        this.process = process;
        this.secrets = secrets;
    }

    /**
     * Starts FFmpeg.
     *
     * @param path the program, looked up in PATH when it is a bare name
     * @param setting what names another program
     * @param arguments what follows the flags that are always set
     * @param secrets what must not be repeated in messages
     * @throws IOException with the name of Debian's package when there is no such program
     */
    public static FfmpegProcess start(String path, String setting, List<String> arguments, List<String> secrets)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of(path, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "error"));
        command.addAll(arguments);
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException missing) {
            throw new IOException(
                    "cannot run " + path + ": install FFmpeg (Debian: apt-get install ffmpeg), or name the program in "
                            + setting,
                    missing);
        }
        FfmpegProcess started = new FfmpegProcess(process, secrets);
        Thread errors = new Thread(started::readErrors, "weir-ffmpeg-errors-" + process.pid());
        errors.setDaemon(true);
        errors.start();
        return started;
    }

    private void readErrors() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String shown = line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE);
                for (String secret : secrets) {
                    shown = secret.isEmpty() ? shown : shown.replace(secret, "[hidden]");
                }
                lastLine = shown.replaceFirst("^\\[[^\\]]*@ 0x[0-9a-f]+\\] *", "");
                LOG.debug("ffmpeg process={}: {}", process.pid(), lastLine);
            }
        } catch (IOException ended) {
            LOG.trace("the child's errors ended", ended);
        }
    }

    /** Returns the pipe that FFmpeg reads from. */
    public OutputStream input() {
        return process.getOutputStream();
    }

    /** Returns what FFmpeg writes to its standard output. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Tells whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Checks that it runs.
     *
     * @throws IOException with the last thing it said when it has ended
     */
    public void check() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(describeEnd());
        }
    }

    /** Returns why it ended, as far as it said so; waits a moment for its last words. */
    public String describeEnd() {
        try {
            process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return lastLine.isEmpty() ? "ffmpeg has ended" : "ffmpeg: " + lastLine;
    }

    /** Kills it at once; reads and writes of its streams end. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends its input, gives it a moment to finish, then kills it. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            LOG.trace("closing the child's input", alreadyGone);
        }
        try {
            if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
