package dev.weir.standalone.worker;

import dev.weir.standalone.process.ChildProcess;
import dev.weir.standalone.process.ChildSpec;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.process.Supervised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/** A standalone Connect worker with one connector, in a child JVM; its REST interface is on loopback. */
public final class Worker implements Supervised.Child {

    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final List<String> JVM_FLAGS = List.of(
            "-Xms64m",
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Djava.net.preferIPv4Stack=true");

    private final ChildProcess process;
    private final String restUrl;

    private Worker(ChildProcess process, String restUrl) {
        this.process = process;
        this.restUrl = restUrl;
    }

    /**
     * Starts the worker and waits until the connector's tasks run.
     *
     * @param bootstrap Kafka's {@code HOST:PORT}
     * @param connector the connector's settings, with {@code name} and {@code connector.class}
     * @param onNotice called with lines for the user, on a thread of the worker's
     * @throws StartFailure if worker or connector do not come up
     */
    public static Worker start(
            Distribution distribution,
            DataDirectory data,
            String bootstrap,
            Map<String, String> connector,
            Consumer<String> onNotice)
            throws StartFailure, InterruptedException {
        Path workerFile = write(data, "worker.properties", workerSettings(distribution, data, bootstrap));
        Properties connectorSettings = new Properties();
        connectorSettings.putAll(connector);
        Path connectorFile = write(data, "connector.properties", connectorSettings);
        ChildProcess process = ChildProcess.start(
                new ChildSpec(
                        "connect",
                        WorkerMain.class.getName(),
                        distribution.classPath(),
                        JVM_FLAGS,
                        List.of(workerFile.toString(), connectorFile.toString()),
                        data.logs()),
                onNotice);
        try {
            return new Worker(process, process.awaitReady(START_PATIENCE));
        } catch (StartFailure | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    private static Path write(DataDirectory data, String name, Properties settings) throws StartFailure {
        Path file = data.connect().resolve(name);
        try (var out = Files.newBufferedWriter(file)) {
            settings.store(out, "Written at each start of weir");
            return file;
        } catch (IOException e) {
            throw new StartFailure("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static Properties workerSettings(Distribution distribution, DataDirectory data, String bootstrap) {
        Properties p = new Properties();
        p.setProperty("bootstrap.servers", bootstrap);
        p.setProperty("listeners", "http://127.0.0.1:0");
        p.setProperty("plugin.path", distribution.plugins().toString());
        // Scanning every jar instead costs seconds and 260 MB.
        p.setProperty("plugin.discovery", "service_load");
        p.setProperty("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        p.setProperty("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        p.setProperty(
                "offset.storage.file.filename",
                data.connect().resolve("offsets").toString());
        p.setProperty("offset.flush.interval.ms", "1000");
        p.setProperty("task.shutdown.graceful.timeout.ms", "4000");
        // After a kill -9 the group waits for the old member's session to expire.
        p.setProperty("consumer.session.timeout.ms", "3000");
        p.setProperty("consumer.heartbeat.interval.ms", "1000");
        p.setProperty("consumer.auto.offset.reset", "earliest");
        return p;
    }

    /** Returns the base URL of Connect's REST interface. */
    public String restUrl() {
        return restUrl;
    }

    @Override
    public ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
