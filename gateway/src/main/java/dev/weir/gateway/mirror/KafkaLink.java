package dev.weir.gateway.mirror;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the way to Kafka: connects aside from the mirror thread, tries again after a pause that grows, and replaces a
 * producer that has stopped taking records. {@link #producer} and {@link #close} belong to the mirror thread.
 */
final class KafkaLink {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);
    private static final Duration MIN_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    /** A producer that has failed for this long without any acknowledgement is replaced. */
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(15);

    private final KafkaMirror.Connector connector;
    private final MirrorBuffer buffer;
    private final MirrorCounters counters;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "weir-mirror-connect");
        thread.setDaemon(true);
        return thread;
    });

    private volatile Optional<Connection> current = Optional.empty();
    private volatile boolean everConnected;
    private volatile String lastError = "";
    private Optional<Future<Connection>> pending = Optional.empty();
    private Duration pause = MIN_PAUSE;
    private long retryAtNanos;
    private boolean retryLater;
    private long failingSinceNanos;
    private boolean failing;

    KafkaLink(KafkaMirror.Connector connector, MirrorBuffer buffer, MirrorCounters counters) {
        this.connector = connector;
        this.buffer = buffer;
        this.counters = counters;
    }

    /** Returns the producer if there is one, and moves on with getting one otherwise. Does not block. */
    Optional<Connection> producer(long nowNanos) {
        if (current.isPresent()) {
            replaceWhenFailing(current.get(), nowNanos);
        } else if (pending.isPresent()) {
            if (pending.get().isDone()) {
                finishConnecting(pending.get(), nowNanos);
            }
        } else if (!retryLater || nowNanos - retryAtNanos >= 0) {
            pending = Optional.of(executor.submit(() -> connector.connect(buffer, counters)));
        }
        return current;
    }

    private void finishConnecting(Future<Connection> done, long nowNanos) {
        pending = Optional.empty();
        try {
            current = Optional.of(done.get());
            everConnected = true;
            lastError = "";
            retryLater = false;
            pause = MIN_PAUSE;
            failing = false;
            LOG.info("mirror connected to Kafka");
        } catch (ExecutionException e) {
            Throwable cause = rootOf(e);
            String error = cause.getClass().getSimpleName() + ": " + cause.getMessage();
            if (lastError.isEmpty()) {
                LOG.warn("Kafka cannot be reached, media waits in the buffer: {}", error);
            }
            lastError = error;
            retryLater = true;
            retryAtNanos = nowNanos + pause.toNanos();
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void replaceWhenFailing(Connection producer, long nowNanos) {
        Optional<Exception> failure = producer.media().failure();
        if (failure.isEmpty()) {
            failing = false;
        } else if (!failing) {
            failing = true;
            failingSinceNanos = nowNanos;
        } else if (nowNanos - failingSinceNanos >= REPLACE_AFTER.toNanos()) {
            lastError = String.valueOf(failure.get().getMessage());
            LOG.warn("Kafka has taken nothing for {}, connecting anew: {}", REPLACE_AFTER, lastError);
            current = Optional.empty();
            executor.execute(() -> producer.close(Duration.ZERO));
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : rootOf(cause);
    }

    /** Returns the producer in use; any thread. */
    Optional<Connection> current() {
        return current;
    }

    boolean everConnected() {
        return everConnected;
    }

    /** Returns why the last attempt failed, empty after a success; any thread. */
    String lastError() {
        return lastError;
    }

    /** Closes the producer; waits at most {@code timeout} for acknowledgements. */
    void close(Duration timeout) {
        current.ifPresent(producer -> producer.close(timeout));
        executor.shutdownNow();
    }
}
