package dev.weir.standalone.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class WorkerLifecycleIT {

    private static final String TOPIC = "values";

    @TempDir
    Path folder;

    private DataDirectory data;
    private Broker broker;
    private Distribution distribution;

    @BeforeEach
    void startBroker() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createSymbolicLink(
                home.resolve("lib"), Path.of("target", "weir", "lib").toAbsolutePath());
        writePlugin(Files.createDirectories(home.resolve("plugins").resolve("file-sink")));
        distribution = new Distribution(home);
        data = DataDirectory.open(folder.resolve("data"));
        broker = Broker.start(distribution, data, 0, line -> {});
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stopBroker() throws Exception {
        broker.close();
        data.close();
        // JUnit warns of links that leave its folder.
        Files.delete(distribution.home().resolve("lib"));
    }

    @Test
    void loadsThePluginFromItsFolderAndGoesOnWhereItWasAfterARestart() throws Exception {
        // given
        Path out = folder.resolve("out");
        send("one");
        try (Worker worker = start(out, new ConcurrentLinkedQueue<>())) {
            assertThat(worker.restUrl()).startsWith("http://127.0.0.1:");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(out).content().isEqualTo("one\n"));
        }
        send("two");

        // when
        try (Worker worker = start(out, new ConcurrentLinkedQueue<>())) {
            // then
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(out).content().isEqualTo("one\ntwo\n"));
            assertThat(worker.process().isStopping()).isFalse();
        }
    }

    @Test
    void failingTaskIsToldInOneLine() throws Exception {
        Queue<String> notices = new ConcurrentLinkedQueue<>();
        try (Worker worker = start(folder.resolve("out"), notices)) {
            send("fail");

            await().atMost(Duration.ofSeconds(30)).until(() -> !notices.isEmpty());
            assertThat(notices.element())
                    .startsWith("file-sink task 0 failed: ")
                    .doesNotContain("\n");
            assertThat(worker.process().exit()).isNotDone();
        }
    }

    @Test
    void refusedConnectorIsToldInOneLineThatNamesTheLog() {
        assertThatThrownBy(() -> Worker.start(
                        distribution,
                        data,
                        broker.bootstrap(),
                        Map.of("name", "file-sink", "connector.class", FileSink.class.getName(), "topics", TOPIC),
                        line -> {}))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("file-sink was refused")
                .hasMessageContaining("connect.log")
                .hasMessageNotContaining("\n");
    }

    private Worker start(Path out, Queue<String> notices) throws StartFailure, InterruptedException {
        return Worker.start(
                distribution,
                data,
                broker.bootstrap(),
                Map.of(
                        "name",
                        "file-sink",
                        "connector.class",
                        FileSink.class.getName(),
                        "topics",
                        TOPIC,
                        "file",
                        out.toString()),
                notices::add);
    }

    private void send(String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrap()), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static void writePlugin(Path pluginFolder) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(pluginFolder.resolve("file-sink.jar")))) {
            for (Class<?> type : List.of(FileSink.class, FileSink.FileSinkTask.class)) {
                String name = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream in = type.getResourceAsStream("/" + name)) {
                    assertThat(in).isNotNull();
                    in.transferTo(jar);
                }
            }
            jar.putNextEntry(new JarEntry("META-INF/services/org.apache.kafka.connect.sink.SinkConnector"));
            jar.write(FileSink.class.getName().getBytes(StandardCharsets.UTF_8));
        }
    }
}
