package dev.weir.probe;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long a session runs: for the wanted time, until the connection ends, or until the process is asked to stop
 * (Ctrl-C, SIGTERM). In the last case the process stays alive until {@link #close()}, so that the session is deleted and
 * the report printed.
 */
final class RunTime implements AutoCloseable {
    private static final Duration CLEAN_UP_LIMIT = Duration.ofSeconds(5);

    private final CompletableFuture<String> interrupted = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "stop");

    void start() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Returns the reason why the connection ended early; empty when the time is over or the user stopped it. */
    Optional<String> await(Optional<Duration> wanted, CompletableFuture<String> connectionEnded) throws ProbeException {
        long millis = wanted.map(Duration::toMillis).orElse(Long.MAX_VALUE);
        try {
            CompletableFuture.anyOf(interrupted, connectionEnded).get(millis, TimeUnit.MILLISECONDS);
            return connectionEnded.isDone() ? Optional.of(connectionEnded.get()) : Optional.empty();
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new ProbeException("waiting failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void onShutdown() {
        interrupted.complete("interrupted");
        try {
            if (!closed.await(CLEAN_UP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("weir: the session could not be closed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is already going down, so the hook is running and has just been released.
            return;
        }
    }
}
