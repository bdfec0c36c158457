package dev.weir.connector.restream;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Breaks off what blocks for too long: a receiver that is frozen takes no bytes and tells nothing. Thread-safe. */
final class SendWatch implements AutoCloseable {
    private static final long LOOK_MILLIS = 200;

    private final long timeoutNanos;
    private final Thread thread;
    private @Nullable TargetConnection busy;
    private long sinceNanos;
    private boolean stalled;
    private boolean closed;

    SendWatch(RestreamSettings settings) {
        this.timeoutNanos = settings.stallTimeout().toNanos();
        this.thread = new Thread(this::run, "weir-restream-watch-" + settings.streamId());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    synchronized void begin(TargetConnection connection) {
        busy = connection;
        sinceNanos = System.nanoTime();
    }

    synchronized void end() {
        busy = null;
    }

    /** Returns what to tell of a failure: that the receiver took nothing, when that was why. */
    synchronized String cause(IOException failure) {
        boolean brokenOff = stalled;
        stalled = false;
        if (brokenOff) {
            return "the receiver took nothing for " + TimeUnit.NANOSECONDS.toSeconds(timeoutNanos) + " s";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private void run() {
        try {
            while (look()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean look() {
        TargetConnection open = busy;
        if (open != null && System.nanoTime() - sinceNanos > timeoutNanos) {
            stalled = true;
            busy = null;
            open.abort();
        }
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        TargetConnection open = busy;
        if (open != null) {
            open.abort();
        }
    }
}
