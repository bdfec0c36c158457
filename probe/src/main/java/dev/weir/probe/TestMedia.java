package dev.weir.probe;

import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.video.CustomVideoSource;
import dev.onvoid.webrtc.media.video.NativeI420Buffer;
import dev.onvoid.webrtc.media.video.VideoFrame;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Feeds the picture and the tone into their sources on one thread of its own, on one clock, until closed. */
final class TestMedia implements AutoCloseable {
    private static final long PIECE_NANOS = 10_000_000;

    private final CustomVideoSource video;
    private final CustomAudioSource audio;
    private final TestPicture picture;
    private final int framesPerSecond;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "test-media");
        thread.setDaemon(true);
        return thread;
    });
    private int pieces;
    private int frames;
    private long startNanos;

    TestMedia(CustomVideoSource video, CustomAudioSource audio, TestPicture picture, int framesPerSecond) {
        this.video = video;
        this.audio = audio;
        this.picture = picture;
        this.framesPerSecond = framesPerSecond;
    }

    void start() {
        startNanos = System.nanoTime();
        var unused = clock.scheduleAtFixedRate(this::tick, 0, PIECE_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        audio.pushAudio(TestTone.piece(pieces), 16, TestTone.SAMPLE_RATE_HZ, 1, TestTone.SAMPLES);
        pieces++;
        // Frames follow the pieces, so that flash and beep stay together even when the thread was held up.
        if ((long) frames * 100 < (long) pieces * framesPerSecond) {
            NativeI420Buffer buffer = picture.draw(frames, framesPerSecond);
            VideoFrame frame = new VideoFrame(buffer, startNanos + frames * 1_000_000_000L / framesPerSecond);
            video.pushFrame(frame);
            frame.release();
            frames++;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            // The sources must not be disposed while a push is under way.
            clock.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
