package dev.weir.standalone.worker;

import dev.weir.standalone.process.ParentLink;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.NotFoundException;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo.AbstractState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the connector and tells the parent when it or its tasks fail. Used by one thread. */
final class ConnectorWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectorWatch.class);
    private static final long PERIOD_MILLIS = 100;
    private static final long WATCH_PERIOD_MILLIS = 2_000;

    private final Herder herder;
    private final Map<String, String> config;
    private final ParentLink parent;
    private final String name;

    ConnectorWatch(Herder herder, Map<String, String> config, ParentLink parent) {
        this.herder = herder;
        this.config = config;
        this.parent = parent;
        this.name = String.valueOf(config.get("name"));
    }

    /** Creates the connector and waits until its tasks run. */
    void create(Duration patience) throws InterruptedException {
        CompletableFuture<String> created = new CompletableFuture<>();
        herder.putConnectorConfig(name, config, true, (error, result) -> {
            if (error == null) {
                created.complete("");
            } else {
                created.completeExceptionally(error);
            }
        });
        try {
            created.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ConnectException(name + " was refused: " + firstLine(String.valueOf(e.getMessage())), e);
        } catch (TimeoutException e) {
            throw new ConnectException(name + " was not created within " + patience.toSeconds() + " s", e);
        }
        long start = System.nanoTime();
        while (!runs()) {
            Optional<String> failure = failure();
            if (failure.isPresent()) {
                throw new ConnectException(failure.get());
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new ConnectException(name + " was not running within " + patience.toSeconds() + " s");
            }
            Thread.sleep(PERIOD_MILLIS);
        }
    }

    /** Watches until the JVM ends. */
    void run() throws InterruptedException {
        String told = "";
        while (true) {
            Thread.sleep(WATCH_PERIOD_MILLIS);
            String failure = failure().orElse("");
            if (!failure.equals(told)) {
                LOG.info("connector={} state={}", name, failure.isEmpty() ? "running" : failure);
                parent.notice(failure.isEmpty() ? name + " runs again" : failure);
                told = failure;
            }
        }
    }

    private boolean runs() {
        try {
            ConnectorStateInfo info = herder.connectorStatus(name);
            return !info.tasks().isEmpty()
                    && isRunning(info.connector())
                    && info.tasks().stream().allMatch(ConnectorWatch::isRunning);
        } catch (NotFoundException e) {
            return false;
        }
    }

    private Optional<String> failure() {
        try {
            ConnectorStateInfo info = herder.connectorStatus(name);
            if (isFailed(info.connector())) {
                return Optional.of(
                        name + " failed: " + firstLine(info.connector().trace()));
            }
            return info.tasks().stream()
                    .filter(ConnectorWatch::isFailed)
                    .findFirst()
                    .map(task -> name + " task " + task.id() + " failed: " + firstLine(task.trace()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static boolean isRunning(AbstractState state) {
        return state.state().equals(AbstractStatus.State.RUNNING.name());
    }

    private static boolean isFailed(AbstractState state) {
        return state.state().equals(AbstractStatus.State.FAILED.name());
    }

    static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
