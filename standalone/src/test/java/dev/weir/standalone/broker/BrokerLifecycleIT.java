package dev.weir.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.StartFailure;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BrokerLifecycleIT {

    @TempDir
    Path folder;

    private static Distribution distribution;

    @BeforeAll
    static void findDistribution() {
        distribution = new Distribution(Path.of("target", "weir"));
    }

    @Test
    void secondStartFindsTheTopicsAndTheClusterIdOfTheFirst() throws Exception {
        // given
        String firstId;
        long firstPid;
        try (DataDirectory data = DataDirectory.open(folder);
                Broker broker = Broker.start(distribution, data, 0, line -> {})) {
            firstPid = broker.process().pid();
            firstId = clusterId(broker);
            createTopic(broker, "kept");
        }

        // when
        try (DataDirectory data = DataDirectory.open(folder);
                Broker broker = Broker.start(distribution, data, 0, line -> {})) {
            // then
            assertThat(clusterId(broker)).isEqualTo(firstId);
            assertThat(topics(broker)).contains("kept");
        }
        assertThat(ProcessHandle.of(firstPid)).isEmpty();
    }

    @Test
    void killedParentTakesTheBrokerAlongAndItsDataServesTheNextStart() throws Exception {
        // given
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dweir.home=" + distribution.home(),
                        "-cp",
                        distribution.classPath()
                                + File.pathSeparator
                                + Path.of("target", "test-classes").toAbsolutePath(),
                        BrokerHost.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long brokerPid;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            assertThat(line).as("the parent's line, its log is in %s", folder).isNotNull();
            brokerPid = Long.parseLong(line);

            // when
            parent.destroyForcibly();
            assertThat(parent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        // then
        try (DataDirectory data = DataDirectory.open(folder);
                Broker broker = Broker.start(distribution, data, 0, line -> {})) {
            assertThat(clusterId(broker)).isNotEmpty();
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> ProcessHandle.of(brokerPid).isEmpty());
        }
    }

    @Test
    void portThatIsTakenIsToldInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DataDirectory data = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> Broker.start(distribution, data, taken.getLocalPort(), line -> {}))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("TCP 127.0.0.1:" + taken.getLocalPort()
                            + " is taken by another program: free it or choose another with --kafka-port");
        }
    }

    @Test
    void brokenDataFolderIsToldInOneLineThatNamesTheLog() throws Exception {
        Files.createDirectories(folder.resolve("kafka"));
        Files.writeString(folder.resolve("kafka").resolve("data"), "a file where a folder belongs");
        try (DataDirectory data = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> Broker.start(distribution, data, 0, line -> {}))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageStartingWith("kafka: Kafka cannot start: ")
                    .hasMessageContaining("kafka.log")
                    .hasMessageNotContaining("\n");
        }
    }

    private static Admin admin(Broker broker) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()));
    }

    private static String clusterId(Broker broker) throws Exception {
        try (Admin admin = admin(broker)) {
            return admin.describeCluster().clusterId().get(30, TimeUnit.SECONDS);
        }
    }

    private static void createTopic(Broker broker, String name) throws Exception {
        try (Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static Iterable<String> topics(Broker broker) throws Exception {
        try (Admin admin = admin(broker)) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS);
        }
    }
}
