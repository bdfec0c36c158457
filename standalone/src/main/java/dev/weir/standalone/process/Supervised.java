package dev.weir.standalone.process;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a child alive: one that ends unasked is started again, so that the log and the archive come back while the gateway goes
 * on. After {@link #MAX_RESTARTS} in a row it is left alone.
 *
 * @param <T> the child's handle
 */
public final class Supervised<T extends Supervised.Child> implements AutoCloseable {

    /** A handle of something that runs in a child process. */
    public interface Child extends AutoCloseable {

        /** Returns the process. */
        ChildProcess process();

        /** Stops it. */
        @Override
        void close();
    }

    /**
     * Starts the child, the first time and again.
     *
     * @param <T> the child's handle
     */
    @FunctionalInterface
    public interface Starter<T> {

        /** Returns once the child serves. */
        T start() throws StartFailure, InterruptedException;
    }

    private static final int MAX_RESTARTS = 5;
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);

    private final String name;
    private final Starter<T> starter;
    private final Consumer<String> onNotice;
    private final ExecutorService restarts;
    private T child;
    private boolean closed;
    private int restartsInARow;
    private long startedNanos;

    private Supervised(String name, Starter<T> starter, Consumer<String> onNotice, T child) {
        this.name = name;
        this.starter = starter;
        this.onNotice = onNotice;
        this.child = child;
        this.restarts = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "weir-restart-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Watches {@code child}, which runs already.
     *
     * @param starter starts it again
     * @param onNotice called with lines for the user, on a thread of its own
     */
    public static <T extends Child> Supervised<T> of(
            String name, T child, Starter<T> starter, Consumer<String> onNotice) {
        Supervised<T> supervised = new Supervised<>(name, starter, onNotice, child);
        supervised.watch();
        return supervised;
    }

    /** Returns the child as it is now. */
    public synchronized T child() {
        return child;
    }

    private synchronized void watch() {
        startedNanos = System.nanoTime();
        T watched = child;
        var unused = watched.process().exit().thenAccept(code -> onExit(watched, code));
    }

    private synchronized void onExit(T ended, int code) {
        if (closed || ended.process().isStopping()) {
            return;
        }
        restartsInARow = System.nanoTime() - startedNanos > QUIET_NANOS ? 1 : restartsInARow + 1;
        if (restartsInARow > MAX_RESTARTS) {
            onNotice.accept(name + " keeps ending (code " + code + "), leaving it: " + "live streams go on without it");
            return;
        }
        onNotice.accept(name + " ended unexpectedly (code " + code + "), starting it again");
        try {
            restarts.execute(this::restart);
        } catch (RejectedExecutionException e) {
            LOG.debug("child={} ended while closing", name, e);
        }
    }

    private void restart() {
        try {
            Thread.sleep(Duration.ofSeconds(1).toMillis());
            T next = starter.start();
            synchronized (this) {
                if (closed) {
                    next.close();
                    return;
                }
                child = next;
                watch();
            }
            onNotice.accept(name + " runs again");
        } catch (StartFailure e) {
            onNotice.accept(e.getMessage());
            synchronized (this) {
                restartsInARow++;
                if (!closed && restartsInARow <= MAX_RESTARTS) {
                    restarts.execute(this::restart);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the child for good. */
    @Override
    public void close() {
        T last;
        synchronized (this) {
            closed = true;
            last = child;
        }
        restarts.shutdownNow();
        last.close();
    }
}
