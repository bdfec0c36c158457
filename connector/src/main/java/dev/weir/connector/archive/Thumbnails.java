package dev.weir.connector.archive;

import dev.weir.connector.assemble.Frame;
import dev.weir.connector.assemble.TrackFormat;
import dev.weir.connector.mux.ContainerWriter;
import dev.weir.connector.mux.Packaging;
import dev.weir.connector.restream.child.FfmpegProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes JPEG pictures of keyframes by a child FFmpeg for each. One thread. */
final class Thumbnails {
    private static final Logger LOG = LoggerFactory.getLogger(Thumbnails.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final long NANOS_BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final ThumbnailSettings settings;
    private final Executor watchdog = CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    private long failures;
    private long warnedNanos;

    Thumbnails(ThumbnailSettings settings) {
        this.settings = settings;
    }

    /** Returns the keyframes of an object that get one: the first, and then those an interval or more behind the last. */
    List<Keyframe> chosen(List<Keyframe> keyframes) {
        List<Keyframe> chosen = new ArrayList<>();
        long intervalMicros = settings.interval().toNanos() / 1000;
        for (Keyframe keyframe : keyframes) {
            Keyframe last = chosen.isEmpty() ? keyframe : chosen.get(chosen.size() - 1);
            boolean sameTrack = last.track().equals(keyframe.track());
            if (chosen.isEmpty() || (sameTrack && keyframe.ptsMicros() - last.ptsMicros() >= intervalMicros)) {
                chosen.add(keyframe);
            }
        }
        return chosen;
    }

    /** Returns the picture; empty, with a warning once a minute, when it cannot be made. */
    Optional<ByteBuffer> make(TrackFormat format, ByteBuffer keyframe, String name) throws InterruptedException {
        try {
            return Optional.of(decode(file(format, keyframe)));
        } catch (IOException | IllegalArgumentException e) {
            failures++;
            long nowNanos = System.nanoTime();
            if (failures == 1 || nowNanos - warnedNanos > NANOS_BETWEEN_WARNINGS) {
                warnedNanos = nowNanos;
                LOG.warn("thumbnail={} cannot be made, failures={}: {}", name, failures, e.getMessage());
            }
            return Optional.empty();
        }
    }

    private static ByteBuffer file(TrackFormat format, ByteBuffer keyframe) {
        ContainerWriter writer = Packaging.MKV.writer(List.of(format));
        writer.add(new Frame(
                format.trackIndex(), format.clockRateHz(), 0, format.clockRateHz() / 25, true, keyframe, 0, 0));
        return writer.finish();
    }

    private ByteBuffer decode(ByteBuffer file) throws IOException, InterruptedException {
        try (FfmpegProcess child =
                FfmpegProcess.start(settings.ffmpeg(), "archive.ffmpeg.path", arguments(), List.of())) {
            CompletableFuture<Void> late = CompletableFuture.runAsync(child::kill, watchdog);
            feed(child, file);
            byte[] jpeg = child.output().readAllBytes();
            boolean inTime = late.cancel(false);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (jpeg.length == 0) {
                throw new IOException(
                        inTime ? child.describeEnd() : "ffmpeg took longer than " + PATIENCE_SECONDS + " s");
            }
            return ByteBuffer.wrap(jpeg);
        }
    }

    private List<String> arguments() {
        return List.of(
                "-threads",
                "1",
                "-f",
                "matroska",
                "-i",
                "pipe:0",
                "-frames:v",
                "1",
                "-vf",
                "scale='min(" + settings.widthPx() + ",iw)':-2",
                "-q:v",
                "5",
                "-flags",
                "+bitexact",
                "-f",
                "mjpeg",
                "pipe:1");
    }

    /** FFmpeg may have its picture before it has read everything, and then reads no more. */
    private static void feed(FfmpegProcess child, ByteBuffer file) {
        byte[] bytes = new byte[file.remaining()];
        file.get(file.position(), bytes);
        try (OutputStream in = child.input()) {
            in.write(bytes);
        } catch (IOException e) {
            LOG.trace("the child reads no more", e);
        }
    }
}
