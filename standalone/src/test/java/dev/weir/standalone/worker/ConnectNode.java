package dev.weir.standalone.worker;

import static org.awaitility.Awaitility.await;

import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** A Connect worker in distributed mode, in a JVM of its own, and what can be done to it from outside. */
final class ConnectNode implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_ATTEMPTS = 1_000;

    private final Process process;
    private final String url;

    private ConnectNode(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a worker of the group {@code weir} with one broker; its files go to {@code folder}. */
    static ConnectNode start(Distribution distribution, Path folder, String bootstrap, int heapMebibytes)
            throws IOException, StartFailure {
        return start(distribution, folder, bootstrap, 1, List.of("-Xmx" + heapMebibytes + "m"));
    }

    /**
     * Starts a worker of the group {@code weir} with three brokers; its files go to {@code folder}.
     *
     * @param hosts file by which it resolves the brokers' names
     */
    static ConnectNode start(Distribution distribution, Path folder, String bootstrap, Path hosts)
            throws IOException, StartFailure {
        return start(distribution, folder, bootstrap, 3, List.of("-Xmx256m", "-Djdk.net.hosts.file=" + hosts));
    }

    private static ConnectNode start(
            Distribution distribution, Path folder, String bootstrap, int replicas, List<String> flags)
            throws IOException, StartFailure {
        int port = Ports.freeTcp(HOST, 0);
        Properties p = new Properties();
        p.setProperty("bootstrap.servers", bootstrap);
        p.setProperty("group.id", "weir");
        p.setProperty("listeners", "http://" + HOST + ":" + port);
        p.setProperty("plugin.path", distribution.plugins().toString());
        p.setProperty("plugin.discovery", "service_load");
        p.setProperty("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        p.setProperty("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        for (String topic : List.of("config", "offset", "status")) {
            p.setProperty(topic + ".storage.topic", "connect-" + topic);
            p.setProperty(topic + ".storage.replication.factor", Integer.toString(replicas));
        }
        p.setProperty("offset.storage.partitions", "1");
        p.setProperty("status.storage.partitions", "1");
        p.setProperty("offset.flush.interval.ms", "1000");
        p.setProperty("session.timeout.ms", "6000");
        p.setProperty("heartbeat.interval.ms", "1000");
        p.setProperty("scheduled.rebalance.max.delay.ms", "1000");
        p.setProperty("consumer.session.timeout.ms", "6000");
        p.setProperty("consumer.heartbeat.interval.ms", "1000");
        p.setProperty("consumer.auto.offset.reset", "earliest");
        p.setProperty("config.providers", "file");
        p.setProperty("config.providers.file.class", FileConfigProvider.class.getName());
        // A connection that is cut off is given up within the time of a session.
        for (String client : List.of("", "consumer.", "producer.", "admin.")) {
            p.setProperty(client + "request.timeout.ms", "8000");
            p.setProperty(client + "socket.connection.setup.timeout.ms", "3000");
        }
        p.setProperty("consumer.default.api.timeout.ms", "20000");
        p.setProperty("producer.delivery.timeout.ms", "60000");
        Path settings = Files.createDirectories(folder).resolve("worker.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            p.store(out, "");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true"));
        command.addAll(flags);
        command.addAll(List.of(
                "-cp",
                distribution.classPath(),
                "org.apache.kafka.connect.cli.ConnectDistributed",
                settings.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("connect.log").toFile()))
                .start();
        return new ConnectNode(process, "http://" + HOST + ":" + port);
    }

    /** Returns the CPU time that the worker has taken so far, of all its threads. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Creates or changes a connector as soon as the worker answers. */
    void configure(String name, String json) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> request("PUT", "/connectors/" + name + "/config", json) / 100 == 2);
    }

    private int request(String method, String path, String json) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notUpYet) {
            return 0;
        }
    }

    /** Ends the process at once, as kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets the process stand still, but not while it replaces a file under a lock: nobody could take over then (docs/archive.md). */
    void freeze() throws IOException, InterruptedException {
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            Signals.send("-STOP", process.pid());
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(this::standsStill);
            if (!holdsClaim()) {
                return;
            }
            thaw();
        }
        throw new IOException("replaces a file whenever it is looked at: process " + process.pid());
    }

    /** Tells whether the signal has reached every thread: state T of proc_pid_stat(5). */
    private boolean standsStill() throws IOException {
        try (Stream<Path> threads = Files.list(processFolder("task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (!stat.startsWith("T", stat.lastIndexOf(')') + 2)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whether a file is open by which the archive's folder is locked while one of its files is replaced. */
    private boolean holdsClaim() throws IOException {
        try (Stream<Path> open = Files.list(processFolder("fd"))) {
            for (Path descriptor : open.toList()) {
                String file = Files.readSymbolicLink(descriptor).toString();
                if (file.contains("/.weir-pending/") && file.endsWith(".lock")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Path processFolder(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        Signals.send("-CONT", process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
