package dev.weir.gateway.mirror;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the way to Kafka: connects aside from the mirror thread and tries again after a pause that grows. A producer stays as
 * long as it can: one that only waits for Kafka is kept, whatever that takes, and the topics are looked at meanwhile. It is
 * replaced when it is broken, or when a fresh client gets through and it does not. {@link #producer} and {@link #close}
 * belong to the mirror thread.
 */
final class KafkaLink {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);
    private static final Duration MIN_PAUSE = Duration.ofMillis(500);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    /** Without an acknowledgement for this long, a fresh client looks at the topics, and makes those that were deleted. */
    private static final Duration CHECK_AFTER = Duration.ofSeconds(15);

    /** How long a producer may go on without an acknowledgement after a fresh client has got through. */
    private static final Duration REPLACE_AFTER = Duration.ofSeconds(45);

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
    private Optional<Future<Boolean>> check = Optional.empty();
    private Optional<LogProducer> former = Optional.empty();
    private boolean checkFine;
    private long checkFineSinceNanos;

    KafkaLink(KafkaMirror.Connector connector, MirrorBuffer buffer, MirrorCounters counters) {
        this.connector = connector;
        this.buffer = buffer;
        this.counters = counters;
    }

    /** Returns the producer if there is one, and moves on with getting one otherwise. Does not block. */
    Optional<Connection> producer(long nowNanos) {
        if (current.isPresent()) {
            watch(current.get().media(), nowNanos);
        } else if (pending.isPresent()) {
            if (pending.get().isDone()) {
                finishConnecting(pending.get(), nowNanos);
            }
        } else if (mayTry(nowNanos)) {
            Map<Integer, Long> unsettledFrom =
                    former.map(LogProducer::unsettledFrom).orElse(Map.of());
            pending = Optional.of(executor.submit(() -> connector.connect(buffer, counters, unsettledFrom)));
        }
        return current;
    }

    private boolean mayTry(long nowNanos) {
        return !retryLater || nowNanos - retryAtNanos >= 0;
    }

    private void finishConnecting(Future<Connection> done, long nowNanos) {
        pending = Optional.empty();
        try {
            current = Optional.of(done.get());
            former = Optional.empty();
            everConnected = true;
            succeeded();
            LOG.info("mirror connected to Kafka");
        } catch (ExecutionException e) {
            failed(e, nowNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void succeeded() {
        lastError = "";
        retryLater = false;
        pause = MIN_PAUSE;
    }

    private void failed(ExecutionException failure, long nowNanos) {
        Throwable cause = rootOf(failure);
        String error = cause.getMessage() == null && cause instanceof TimeoutException
                ? "no answer in time"
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
        if (lastError.isEmpty()) {
            LOG.warn("Kafka cannot be reached, media waits in the buffer: {}", error);
        }
        lastError = error;
        retryLater = true;
        retryAtNanos = nowNanos + pause.toNanos();
        pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
    }

    private void watch(LogProducer producer, long nowNanos) {
        Optional<Exception> defect = producer.defect();
        if (defect.isPresent()) {
            replace(String.valueOf(defect.get().getMessage()));
        } else if (check.isPresent()) {
            if (check.get().isDone()) {
                finishCheck(check.get(), nowNanos);
            }
        } else if (producer.stalledFor(nowNanos).compareTo(CHECK_AFTER) < 0) {
            checkFine = false;
            if (!lastError.isEmpty()) {
                succeeded();
            }
        } else if (!checkFine && mayTry(nowNanos)) {
            check = Optional.of(executor.submit(connector::check));
        } else if (checkFine && nowNanos - checkFineSinceNanos >= REPLACE_AFTER.toNanos()) {
            replace("other clients get through, this one has no answer");
        }
    }

    private void finishCheck(Future<Boolean> done, long nowNanos) {
        check = Optional.empty();
        try {
            checkFine = done.get();
            checkFineSinceNanos = nowNanos;
            succeeded();
        } catch (ExecutionException e) {
            failed(e, nowNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the producer holds unsettled is looked up in the log by the next one, which writes what is missing there. */
    private void replace(String reason) {
        LOG.warn("Kafka's producer is replaced: {}", reason);
        Optional<Connection> replaced = current;
        former = replaced.map(Connection::media);
        current = Optional.empty();
        lastError = reason;
        checkFine = false;
        retryLater = false;
        executor.execute(() -> replaced.ifPresent(Connection::abandon));
    }

    /** Runs what blocks on the thread that connects. */
    <T> Future<T> aside(Callable<T> task) {
        return executor.submit(task);
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
