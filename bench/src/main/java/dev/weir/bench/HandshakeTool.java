package dev.weir.bench;

import dev.weir.webrtc.dtls.BoundedHandshakes;
import dev.weir.webrtc.dtls.DtlsWarmUp;
import dev.weir.webrtc.dtls.HandshakeExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a DTLS handshake costs, from the first one of the JVM on, and what a storm of them does to a thread that has
 * to be on time, by the number of handshakes that may compute at a time. Client and server are in this process.
 */
@Command(name = "handshakes", mixinStandardHelpOptions = true)
public final class HandshakeTool implements Runnable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int[] PLACES = {1, 2, 4, 8, 64};
    private static final long MEDIA_PERIOD_NANOS = 1_000_000;
    private static final long MEDIA_WORK_NANOS = 300_000;

    @Option(names = "--handshakes", defaultValue = "1000", description = "One after the other.")
    private int handshakes;

    @Option(names = "--storm", defaultValue = "200", description = "At a time.")
    private int storm;

    @Option(names = "--rounds", defaultValue = "5", description = "Of each storm, in turn.")
    private int rounds;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private HandshakeTool() {}

    /** Prints two tables. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new HandshakeTool()).execute(args));
    }

    @Override
    public void run() {
        alone();
        try {
            storms();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void alone() {
        row(
                "handshakes of this JVM",
                "server's thread, ms of CPU",
                "client's thread",
                "whole process, compiler included");
        row("---", "---", "---", "---");
        int done = 0;
        for (int end : new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000}) {
            if (end > handshakes) {
                return;
            }
            int count = end - done;
            long process = processNanos();
            long server = 0;
            long client = 0;
            for (int i = 0; i < count; i++) {
                DtlsWarmUp.Cost cost = DtlsWarmUp.run();
                server += cost.serverNanos();
                client += cost.clientNanos();
            }
            row(
                    count == 1 ? String.valueOf(end) : done + 1 + " to " + end,
                    text(server / 1e6 / count),
                    text(client / 1e6 / count),
                    text((processNanos() - process) / 1e6 / count));
            done = end;
        }
    }

    private static long processNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private void storms() throws InterruptedException {
        List<Histogram> late = new ArrayList<>();
        List<Histogram> took = new ArrayList<>();
        for (int ignored : PLACES) {
            late.add(new Histogram(3));
            took.add(new Histogram(3));
        }
        Histogram quiet = new Histogram(3);
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < PLACES.length; i++) {
                took.get(i).recordValue(storm(new BoundedHandshakes(threads, PLACES[i]), late.get(i)));
            }
            Media media = new Media(quiet);
            TimeUnit.SECONDS.sleep(1);
            media.stop();
        }
        System.out.println();
        row("compute at a time", storm + " handshakes take, ms", "media late p50 / p99 / p99.9 / max, ms");
        row("---", "---", "---");
        row("no handshakes", "", lateness(quiet));
        for (int i = 0; i < PLACES.length; i++) {
            row(String.valueOf(PLACES[i]), text(took.get(i).getValueAtPercentile(50) / 1e6), lateness(late.get(i)));
        }
    }

    /** Returns how long it took until all were done. Both sides take places, so that no more than those compute in all. */
    private long storm(HandshakeExecutor places, Histogram late) throws InterruptedException {
        ExecutorService joiners = Executors.newFixedThreadPool(storm);
        long begun = System.nanoTime();
        Media media = new Media(late);
        for (int i = 0; i < storm; i++) {
            joiners.execute(() -> DtlsWarmUp.run(places));
        }
        joiners.shutdown();
        boolean unused = joiners.awaitTermination(1, TimeUnit.MINUTES);
        long took = System.nanoTime() - begun;
        media.stop();
        return took;
    }

    /** A loop with media: wakes every millisecond, works for a third of one, and notes how late it woke. */
    private static final class Media {
        private final Histogram late;
        private final Thread thread = new Thread(this::run, "media");
        private volatile boolean stopped;

        Media(Histogram late) {
            this.late = late;
            thread.start();
        }

        private void run() {
            long due = System.nanoTime() + MEDIA_PERIOD_NANOS;
            while (!stopped) {
                long wait = due - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                    continue;
                }
                late.recordValue(-wait);
                long end = THREADS.getCurrentThreadCpuTime() + MEDIA_WORK_NANOS;
                while (THREADS.getCurrentThreadCpuTime() < end) {
                    Thread.onSpinWait();
                }
                due += MEDIA_PERIOD_NANOS;
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }

    private static String lateness(Histogram late) {
        return text(late.getValueAtPercentile(50) / 1e6) + " / " + text(late.getValueAtPercentile(99) / 1e6) + " / "
                + text(late.getValueAtPercentile(99.9) / 1e6) + " / " + text(late.getMaxValue() / 1e6);
    }

    private static String text(double millis) {
        return String.format(Locale.ROOT, "%.2f", millis);
    }

    private static void row(String... cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }
}
