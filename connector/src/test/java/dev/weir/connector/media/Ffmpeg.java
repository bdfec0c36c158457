package dev.weir.connector.media;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Debian's {@code ffmpeg} and {@code ffprobe}, which the tests need. */
public final class Ffmpeg {
    private static final long TIMEOUT_SECONDS = 120;

    private Ffmpeg() {}

    /** What a finished process said. */
    public record Result(int status, String output, String errors) {}

    /** Runs a tool to its end. */
    public static Result run(Path folder, List<String> command) {
        try {
            File errors = Files.createTempFile(folder, "stderr", ".txt").toFile();
            File output = Files.createTempFile(folder, "stdout", ".txt").toFile();
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectError(errors)
                    .redirectOutput(output)
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " still runs after " + TIMEOUT_SECONDS + " s");
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(output.toPath(), StandardCharsets.ISO_8859_1),
                    Files.readString(errors.toPath(), StandardCharsets.ISO_8859_1));
        } catch (IOException missing) {
            throw new UncheckedIOException("cannot run " + command.get(0) + ": apt-get install ffmpeg", missing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Runs {@code ffmpeg}; anything on standard error fails. */
    public static void ffmpeg(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of(arguments));
        Result result = run(folder, command);
        if (result.status() != 0 || !result.errors().isEmpty()) {
            throw new AssertionError(command + " gave " + result.status() + ": " + result.errors());
        }
    }

    /** Runs {@code ffprobe} with compact output. */
    public static String ffprobe(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ffprobe", "-v", "error", "-of", "csv=p=0"));
        command.addAll(List.of(arguments));
        Result result = run(folder, command);
        if (result.status() != 0 || !result.errors().isEmpty()) {
            throw new AssertionError(command + " gave " + result.status() + ": " + result.errors());
        }
        return result.output().trim();
    }
}
