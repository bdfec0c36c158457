package dev.weir.standalone.broker;

import dev.weir.standalone.process.ChildProcess;
import dev.weir.standalone.process.ChildSpec;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.process.Supervised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/** A one-node Kafka in a child JVM, on loopback, with its data in {@link DataDirectory#kafka()}. */
public final class Broker implements Supervised.Child {

    private static final String HOST = "127.0.0.1";
    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final List<String> JVM_FLAGS = List.of(
            "-Xms64m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true",
            "-Djava.net.preferIPv4Stack=true");

    private final ChildProcess process;
    private final int port;

    private Broker(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts the broker and waits until it serves.
     *
     * @param port TCP port of the clients, 0 for any free one
     * @param onNotice called with lines for the user, on a thread of the broker's
     * @throws StartFailure if it does not come up
     */
    public static Broker start(Distribution distribution, DataDirectory data, int port, Consumer<String> onNotice)
            throws StartFailure, InterruptedException {
        int clientPort = port;
        if (port == 0) {
            clientPort = Ports.freeTcp(HOST, 0);
        } else {
            Ports.requireTcp(HOST, port, "--kafka-port");
        }
        int controllerPort = Ports.freeTcp(HOST, 0);
        Path settings = data.kafka().resolve("server.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            settings(data.kafka().resolve("data"), clientPort, controllerPort)
                    .store(out, "Written at each start of weir");
        } catch (IOException e) {
            throw new StartFailure("cannot write " + settings + ": " + e.getMessage(), e);
        }
        ChildProcess process = ChildProcess.start(
                new ChildSpec(
                        "kafka",
                        BrokerMain.class.getName(),
                        distribution.classPath(),
                        JVM_FLAGS,
                        List.of(settings.toString()),
                        data.logs()),
                onNotice);
        Broker broker = new Broker(process, clientPort);
        try {
            process.awaitReady(START_PATIENCE);
            return broker;
        } catch (StartFailure | InterruptedException e) {
            broker.close();
            throw e;
        }
    }

    private static Properties settings(Path logs, int clientPort, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty(
                "listeners", "PLAINTEXT://" + HOST + ":" + clientPort + ",CONTROLLER://" + HOST + ":" + controllerPort);
        p.setProperty("advertised.listeners", "PLAINTEXT://" + HOST + ":" + clientPort);
        p.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("log.dirs", logs.toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.num.partitions", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("group.min.session.timeout.ms", "1000");
        // After a kill -9 the new broker waits for the old one's session to expire.
        p.setProperty("broker.session.timeout.ms", "2000");
        p.setProperty("broker.heartbeat.interval.ms", "500");
        p.setProperty("num.network.threads", "2");
        p.setProperty("num.io.threads", "4");
        p.setProperty("background.threads", "2");
        p.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
        p.setProperty("log.segment.bytes", "134217728");
        p.setProperty("log.index.size.max.bytes", "1048576");
        p.setProperty("log.retention.hours", "24");
        p.setProperty("log.retention.bytes", "2147483648");
        return p;
    }

    /** Returns {@code HOST:PORT} for {@code bootstrap.servers}. */
    public String bootstrap() {
        return HOST + ":" + port;
    }

    /** Returns the TCP port of the clients. */
    public int port() {
        return port;
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
