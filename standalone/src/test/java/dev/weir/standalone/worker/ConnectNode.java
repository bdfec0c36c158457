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
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** A Connect worker in distributed mode, in a JVM of its own, and what can be done to it from outside. */
final class ConnectNode implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final String url;

    private ConnectNode(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a worker of the group {@code weir}; its files go to {@code folder}. */
    static ConnectNode start(Distribution distribution, Path folder, String bootstrap)
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
            p.setProperty(topic + ".storage.replication.factor", "1");
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
        Path settings = Files.createDirectories(folder).resolve("worker.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            p.store(out, "");
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        distribution.classPath(),
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("connect.log").toFile()))
                .start();
        return new ConnectNode(process, "http://" + HOST + ":" + port);
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

    /** Lets the process stand still. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process run = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (!run.waitFor(10, TimeUnit.SECONDS) || run.exitValue() != 0) {
            throw new IOException("kill " + signal + " failed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
