package dev.weir.bench;

import dev.weir.webrtc.net.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@link RelayedStream} of 2 Mbit/s in real time, as {@code fanout.c} has it: 30 pictures a second of eight packets in two sizes,
 * 50 packets of sound. Each is a timer of the loop, which waits in between and flushes after it, as a gateway's does.
 */
final class LiveStream {
    private static final int PICTURE_PACKETS = 8;
    private static final int LONGER_ONES = 4;
    private static final long PICTURE_NANOS = 1_000_000_000 / 30;
    private static final long SOUND_NANOS = 20_000_000;
    private static final long FIRST_SOUND_NANOS = 7_000_000;
    private static final long GRACE_SECONDS = 10;

    private final EventLoop loop;
    private final RelayedStream stream;
    private final int viewers;

    LiveStream(EventLoop loop, RelayedStream stream, int viewers) {
        this.loop = loop;
        this.stream = stream;
        this.viewers = viewers;
    }

    /** Runs for so long; returns nanoseconds of CPU of the loop's thread per packet sent. Not on the loop. */
    double nanosPerPacket(long seconds) throws InterruptedException, ExecutionException, TimeoutException {
        Run run = new Run(TimeUnit.SECONDS.toNanos(seconds));
        loop.execute(run::begin);
        return run.nanosPerPacket.get(seconds + GRACE_SECONDS, TimeUnit.SECONDS);
    }

    /** On the loop. */
    private final class Run {
        private final CompletableFuture<Double> nanosPerPacket = new CompletableFuture<>();
        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final long lengthNanos;
        private long startNanos;
        private long startCpuNanos;
        private long pictureNanos;
        private long soundNanos = FIRST_SOUND_NANOS;
        private long packets;

        Run(long lengthNanos) {
            this.lengthNanos = lengthNanos;
        }

        void begin() {
            startNanos = System.nanoTime();
            startCpuNanos = threads.getCurrentThreadCpuTime();
            awaitNext();
        }

        private void awaitNext() {
            long due = Math.min(pictureNanos, soundNanos);
            long delayNanos = startNanos + due - System.nanoTime();
            loop.schedule(delayNanos, due < lengthNanos ? this::turn : this::end);
        }

        private void turn() {
            try {
                if (pictureNanos < soundNanos) {
                    stream.picture(PICTURE_PACKETS, LONGER_ONES);
                    pictureNanos += PICTURE_NANOS;
                    packets += (long) PICTURE_PACKETS * viewers;
                } else {
                    stream.sound();
                    soundNanos += SOUND_NANOS;
                    packets += viewers;
                }
                awaitNext();
            } catch (RuntimeException e) {
                nanosPerPacket.completeExceptionally(e);
            }
        }

        private void end() {
            nanosPerPacket.complete((threads.getCurrentThreadCpuTime() - startCpuNanos) / (double) packets);
        }
    }
}
