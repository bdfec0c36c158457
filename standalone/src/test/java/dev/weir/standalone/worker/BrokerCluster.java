package dev.weir.standalone.worker;

import static org.awaitility.Awaitility.await;

import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Three brokers, each in a JVM of its own and controller too. Process 0 of the network is the test, 1 to 3 are the brokers;
 * others come by {@link #admit}. All but the test know the brokers by name, and each resolves the names by a file of its own.
 */
final class BrokerCluster implements AutoCloseable {
    static final List<Integer> BROKERS = List.of(1, 2, 3);
    private static final int TEST = 0;
    private static final String HOST = "127.0.0.1";
    private static final String CLUSTER_ID = Uuid.randomUuid().toString();

    private final Path folder;
    private final CuttableNetwork network;
    private final List<Integer> brokerPorts;
    private final List<Integer> controllerPorts;
    private final List<Integer> testPorts;
    private final List<BrokerNode> nodes = new ArrayList<>();

    private BrokerCluster(Path folder, CuttableNetwork network) throws StartFailure {
        this.folder = folder;
        this.network = network;
        brokerPorts = freePorts();
        controllerPorts = freePorts();
        testPorts = freePorts();
    }

    private static List<Integer> freePorts() throws StartFailure {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < BROKERS.size(); i++) {
            ports.add(Ports.freeTcp(HOST, 0));
        }
        return ports;
    }

    /** Starts the three; they find each other before this returns. */
    static BrokerCluster start(Distribution distribution, Path folder, CuttableNetwork network) throws Exception {
        BrokerCluster cluster = new BrokerCluster(folder, network);
        try {
            for (int broker : BROKERS) {
                network.connect(TEST, broker, cluster.testPorts.get(broker - 1));
                Path hosts = cluster.admit(broker);
                Path settings = cluster.write(broker);
                cluster.nodes.add(new BrokerNode(distribution, settings, hosts));
            }
            for (BrokerNode node : cluster.nodes) {
                node.start();
            }
            for (BrokerNode node : cluster.nodes) {
                node.awaitReady();
            }
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    /** Connects a process with the brokers and returns the file from which it learns their addresses. */
    Path admit(int process) throws IOException {
        StringBuilder hosts = new StringBuilder(HOST + " localhost\n");
        for (int broker : BROKERS) {
            if (broker == process) {
                hosts.append(HOST);
            } else {
                network.connect(process, broker, brokerPorts.get(broker - 1));
                network.connect(process, broker, controllerPorts.get(broker - 1));
                hosts.append(CuttableNetwork.address(process, broker));
            }
            hosts.append(' ').append(name(broker)).append('\n');
        }
        return Files.writeString(Files.createDirectories(folder).resolve("hosts-" + process), hosts);
    }

    private static String name(int broker) {
        return "broker-" + broker;
    }

    private Path write(int broker) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name(broker)));
        int clients = brokerPorts.get(broker - 1);
        int test = testPorts.get(broker - 1);
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", Integer.toString(broker));
        p.setProperty(
                "controller.quorum.voters",
                BROKERS.stream()
                        .map(id -> id + "@" + name(id) + ":" + controllerPorts.get(id - 1))
                        .collect(Collectors.joining(",")));
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty(
                "listeners",
                "CLIENT://" + HOST + ":" + clients + ",TEST://" + HOST + ":" + test + ",CONTROLLER://" + HOST + ":"
                        + controllerPorts.get(broker - 1));
        p.setProperty(
                "advertised.listeners",
                "CLIENT://" + name(broker) + ":" + clients + ",TEST://" + CuttableNetwork.address(TEST, broker) + ":"
                        + test);
        p.setProperty("inter.broker.listener.name", "CLIENT");
        p.setProperty("listener.security.protocol.map", "CLIENT:PLAINTEXT,TEST:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("log.dirs", home.resolve("data").toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("default.replication.factor", "3");
        p.setProperty("min.insync.replicas", "2");
        p.setProperty("offsets.topic.replication.factor", "3");
        p.setProperty("offsets.topic.num.partitions", "3");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("group.min.session.timeout.ms", "1000");
        p.setProperty("broker.session.timeout.ms", "6000");
        p.setProperty("broker.heartbeat.interval.ms", "500");
        p.setProperty("replica.socket.timeout.ms", "4000");
        p.setProperty("controller.socket.timeout.ms", "4000");
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        p.setProperty("log.cleaner.enable", "false");
        p.setProperty("log.index.size.max.bytes", "1048576");
        Path settings = home.resolve("server.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            p.store(out, "");
        }
        format(broker, home.resolve("data"));
        return settings;
    }

    private static void format(int broker, Path directory) throws Exception {
        new Formatter()
                .setClusterId(CLUSTER_ID)
                .setNodeId(broker)
                .addDirectory(directory.toString())
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    BrokerNode node(int broker) {
        return nodes.get(broker - 1);
    }

    /** Returns {@code bootstrap.servers} of the test. */
    String bootstrap() {
        return IntStream.range(0, BROKERS.size())
                .mapToObj(i -> CuttableNetwork.address(TEST, i + 1) + ":" + testPorts.get(i))
                .collect(Collectors.joining(","));
    }

    /** Returns {@code bootstrap.servers} of a process that {@link #admit} connected. */
    String bootstrapByName() {
        return BROKERS.stream()
                .map(broker -> name(broker) + ":" + brokerPorts.get(broker - 1))
                .collect(Collectors.joining(","));
    }

    /** Waits until every replica of every topic is in sync: the next broker may fail. */
    void awaitInSync(Admin admin, Duration patience) {
        await().atMost(patience)
                .pollInterval(Duration.ofMillis(300))
                .ignoreExceptions()
                .until(() -> inSync(admin));
    }

    private static boolean inSync(Admin admin) throws Exception {
        Set<String> names = admin.listTopics().names().get(10, TimeUnit.SECONDS);
        Map<String, TopicDescription> topics =
                admin.describeTopics(names).allTopicNames().get(10, TimeUnit.SECONDS);
        return topics.values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.isr().size() == BROKERS.size());
    }

    @Override
    public void close() {
        nodes.forEach(BrokerNode::close);
    }
}
