package dev.weir.standalone.worker;

import dev.weir.standalone.process.LockedFile;
import dev.weir.standalone.process.ParentLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;

/**
 * Runs a standalone Connect worker; its arguments are the file of the worker's settings and the file of the one connector's.
 * Started by {@link Worker}, never by hand.
 */
public final class WorkerMain {

    /** As in the broker: the worker of a parent that was killed may still be stopping. */
    private static final Duration PREDECESSOR_PATIENCE = ParentLink.STOP_PATIENCE.plusSeconds(7);

    private static final Duration CONNECTOR_PATIENCE = Duration.ofSeconds(60);

    private WorkerMain() {}

    /** Starts the worker and its connector and stays until the parent ends. */
    public static void main(String[] args) throws InterruptedException {
        ParentLink parent = ParentLink.open();
        AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
        parent.endWithParent(() -> Objects.requireNonNull(stop.get()).run());
        // Connect would stop itself on a signal, at the same time as and in spite of the orderly end.
        Exit.setShutdownHookAdder((name, runnable) -> {});
        try {
            Path settings = Path.of(args[0]);
            if (LockedFile.lockWithin(settings.resolveSibling("lock"), PREDECESSOR_PATIENCE)
                    .isEmpty()) {
                parent.fail(
                        "another Connect worker still works on " + settings.getParent(),
                        new IllegalStateException("locked"));
            }
            Map<String, String> connector = load(Path.of(args[1]));
            Connect<StandaloneHerder> connect = new ConnectStandalone().startConnect(load(settings));
            stop.set(() -> {
                connect.stop();
                connect.awaitStop();
            });
            ConnectorWatch watch = new ConnectorWatch(connect.herder(), connector, parent);
            watch.create(CONNECTOR_PATIENCE);
            parent.ready(connect.rest().serverUrl().toString());
            watch.run();
        } catch (Exception e) {
            parent.fail("Connect cannot start: " + ConnectorWatch.firstLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static Map<String, String> load(Path file) throws java.io.IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }
}
