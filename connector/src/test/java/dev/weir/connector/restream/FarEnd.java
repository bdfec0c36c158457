package dev.weir.connector.restream;

import dev.weir.connector.media.Ffmpeg;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** FFmpeg as a viewer behind a receiver: records what comes, and tells from the pictures' marks how old each one is. */
final class FarEnd implements AutoCloseable {
    private final Path folder;
    private final String name;
    private final Process process;
    private final Thread reader;
    private final List<Long> delaysMillis = Collections.synchronizedList(new ArrayList<>());

    /** What the recording shows. */
    record Result(int videoFrames, int audioFrames, double stepMillis, long p50Millis, long p95Millis, String errors) {
        String describe(String target) {
            return String.format(
                    Locale.ROOT,
                    "%-22s video=%d audio=%d sound-picture=%.0f ms delay p50=%d ms p95=%d ms",
                    target,
                    videoFrames,
                    audioFrames,
                    stepMillis,
                    p50Millis,
                    p95Millis);
        }
    }

    /** Records {@code seconds} of {@code input}, which follows FFmpeg's options for it. */
    FarEnd(Path folder, String name, int seconds, String... input) throws IOException {
        this("ffmpeg", "h264", folder, name, seconds, input);
    }

    /** As above, by another FFmpeg, which gives the pictures in {@code format}. */
    FarEnd(String program, String format, Path folder, String name, int seconds, String... input) throws IOException {
        this.folder = folder;
        this.name = name;
        List<String> command = new ArrayList<>(List.of(program, "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of("-analyzeduration", "2000000", "-fflags", "nobuffer"));
        command.addAll(List.of(input));
        String time = Integer.toString(seconds);
        command.addAll(List.of("-map", "0:v", "-c", "copy", "-t", time, "-flush_packets", "1", "-f", format, "pipe:1"));
        command.addAll(List.of("-map", "0:v", "-map", "0:a?", "-c", "copy", "-t", time, name + ".mkv"));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve(name + ".txt").toFile())
                .start();
        reader = new Thread(this::read, "far-end-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        byte[] window = new byte[TimeMark.LENGTH];
        try (InputStream in = new BufferedInputStream(process.getInputStream(), 1 << 16)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                System.arraycopy(window, 1, window, 0, window.length - 1);
                window[window.length - 1] = (byte) next;
                TimeMark.read(window).ifPresent(logged -> delaysMillis.add((LiveStream.nowMicros() - logged) / 1_000));
            }
        } catch (IOException ended) {
            delaysMillis.add(-1L);
        }
    }

    /** Returns how many pictures have come. */
    int pictures() {
        return delaysMillis.size();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits for the end of the recording and looks into it: everything in it must decode. */
    Result result(int patienceSeconds) throws IOException, InterruptedException {
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
        reader.join();
        String errors = Files.readString(folder.resolve(name + ".txt"));
        decode();
        List<Long> sorted = new ArrayList<>(delaysMillis);
        // The first second holds what a server keeps for new viewers, which is older.
        sorted = new ArrayList<>(sorted.subList(Math.min(25, sorted.size()), sorted.size()));
        Collections.sort(sorted);
        return new Result(
                count("v:0"),
                count("a:0"),
                stepMillis(),
                sorted.isEmpty() ? -1 : sorted.get(sorted.size() / 2),
                sorted.isEmpty() ? -1 : sorted.get(sorted.size() * 95 / 100),
                errors);
    }

    /** Everything must decode; that two frames have one time stamp, rounded by a receiver, is no mistake of the decoder's. */
    private void decode() {
        Ffmpeg.Result decoded = Ffmpeg.run(
                folder,
                List.of("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", name + ".mkv", "-f", "null", "-"));
        List<String> mistakes = decoded.errors()
                .lines()
                .filter(line ->
                        !line.contains("non monotonically increasing dts") && !line.contains("Last message repeated"))
                .toList();
        if (decoded.status() != 0 || !mistakes.isEmpty()) {
            throw new AssertionError(name + " does not decode: " + mistakes);
        }
    }

    private int count(String selector) {
        String counted = Ffmpeg.ffprobe(
                folder,
                "-count_packets",
                "-select_streams",
                selector,
                "-show_entries",
                "stream=nb_read_packets",
                name + ".mkv");
        return counted.isEmpty() ? 0 : Integer.parseInt(counted);
    }

    /** Returns how much later the beeps begin than the flashes, as the median over all of them. */
    private double stepMillis() {
        List<String> command = List.of(
                "ffmpeg",
                "-nostdin",
                "-v",
                "info",
                "-i",
                name + ".mkv",
                "-vf",
                "blackdetect=d=0.2:pix_th=0.4",
                "-af",
                "silencedetect=n=-30dB:d=0.2",
                "-f",
                "null",
                "-");
        String log = Ffmpeg.run(folder, command).errors();
        List<Double> flashes = times(log, "black_end:([0-9.]+)");
        List<Double> beeps = times(log, "silence_end: ([0-9.]+)");
        List<Double> steps = new ArrayList<>();
        for (double flash : flashes) {
            beeps.stream()
                    .map(beep -> beep - flash)
                    .filter(step -> Math.abs(step) < 0.45)
                    .findFirst()
                    .ifPresent(steps::add);
        }
        Collections.sort(steps);
        return steps.isEmpty() ? Double.NaN : 1_000 * steps.get(steps.size() / 2);
    }

    private static List<Double> times(String log, String pattern) {
        List<Double> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(log);
        while (matcher.find()) {
            found.add(Double.parseDouble(matcher.group(1)));
        }
        return found;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
