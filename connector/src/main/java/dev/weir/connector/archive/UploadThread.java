package dev.weir.connector.archive;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where objects are written: one at a time, in the order given.
 *
 * @param executor runs one task at a time; the writer shuts it down
 * @param pause waits between two attempts
 */
public record UploadThread(ExecutorService executor, Pause pause) {

    /** Waits. */
    public interface Pause {
        /** Returns after {@code time}, or earlier with the exception when the writer closes. */
        void sleep(Duration time) throws InterruptedException;
    }

    /** Returns a daemon thread of its own, which starts with the first object. */
    public static UploadThread daemon() {
        ExecutorService executor =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "weir-archive-upload");
                    thread.setDaemon(true);
                    return thread;
                });
        return new UploadThread(executor, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
    }
}
