package dev.weir.standalone.worker;

import dev.weir.standalone.broker.BrokerMain;
import dev.weir.standalone.process.ChildProcess;
import dev.weir.standalone.process.ChildSpec;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One broker of {@link BrokerCluster}, and what can be done to it from outside. */
final class BrokerNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ChildSpec spec;
    private Optional<ChildProcess> process = Optional.empty();

    BrokerNode(Distribution distribution, Path settings, Path hosts) {
        Path home = settings.toAbsolutePath().resolveSibling(".").normalize();
        spec = new ChildSpec(
                "broker",
                BrokerMain.class.getName(),
                distribution.classPath(),
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.net.preferIPv4Stack=true",
                        "-Djdk.net.hosts.file=" + hosts),
                List.of(settings.toString()),
                home);
    }

    void start() throws StartFailure {
        process = Optional.of(ChildProcess.start(spec, line -> {}));
    }

    void awaitReady() throws StartFailure, InterruptedException {
        process.orElseThrow().awaitReady(PATIENCE);
    }

    /** Ends the process at once, as kill -9. */
    void kill() throws IOException, InterruptedException {
        ChildProcess killed = process.orElseThrow();
        Signals.send("-KILL", killed.pid());
        killed.exit().join();
        process = Optional.empty();
    }

    /** Lets the process stand still. */
    void freeze() throws IOException, InterruptedException {
        Signals.send("-STOP", process.orElseThrow().pid());
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        Signals.send("-CONT", process.orElseThrow().pid());
    }

    @Override
    public void close() {
        process.ifPresent(running -> {
            try {
                kill();
            } catch (IOException e) {
                running.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
