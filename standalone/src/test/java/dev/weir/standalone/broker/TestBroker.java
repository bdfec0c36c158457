package dev.weir.standalone.broker;

import dev.weir.standalone.process.ChildProcess;
import dev.weir.standalone.process.ChildSpec;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The product's broker in a JVM of its own, with settings of the test's, and what can be done to it from outside. */
final class TestBroker implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private final ChildProcess process;

    private TestBroker(ChildProcess process) {
        this.process = process;
    }

    /**
     * Returns a port to come back on: below those that the system gives to connections, or one of them may have it when the
     * broker starts again, even one that a client made to the port itself.
     */
    static int port() throws StartFailure {
        return Ports.freeTcp(HOST, ThreadLocalRandom.current().nextInt(20_000, 32_000));
    }

    /** Starts it on {@code port} with its data in {@code folder}; {@code changes} replace settings. */
    static TestBroker start(Path folder, int port, Map<String, String> changes)
            throws IOException, StartFailure, InterruptedException {
        Files.createDirectories(folder);
        int controllerPort = Ports.freeTcp(HOST, 0);
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("listeners", "CLIENT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        p.setProperty("advertised.listeners", "CLIENT://" + HOST + ":" + port);
        p.setProperty("inter.broker.listener.name", "CLIENT");
        p.setProperty("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("log.dirs", folder.resolve("data").toString());
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("broker.session.timeout.ms", "2000");
        p.setProperty("broker.heartbeat.interval.ms", "500");
        p.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
        p.setProperty("log.index.size.max.bytes", "65536");
        p.putAll(changes);
        Path settings = folder.resolve("server.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            p.store(out, "");
        }
        ChildProcess process = ChildProcess.start(
                new ChildSpec(
                        "kafka",
                        BrokerMain.class.getName(),
                        new Distribution(Path.of("target", "weir")).classPath(),
                        List.of("-Xmx256m", "-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true"),
                        List.of(settings.toString()),
                        folder),
                line -> {});
        try {
            process.awaitReady(Duration.ofSeconds(90));
            return new TestBroker(process);
        } catch (StartFailure | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    /** Stops the process where it stands, as a machine without time does. */
    void freeze() throws IOException, InterruptedException {
        run("kill", "-STOP", Long.toString(process.pid()));
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        run("kill", "-CONT", Long.toString(process.pid()));
    }

    /** Ends it at once, as kill -9 does. */
    void kill() {
        ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().join();
    }

    /** Lets every write fail that makes a file larger than {@code bytes}, as on a disk without room. */
    void limitFiles(long bytes) throws IOException, InterruptedException {
        run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":" + bytes);
    }

    boolean isAlive() {
        return ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process run = new ProcessBuilder(command).inheritIO().start();
        if (!run.waitFor(10, TimeUnit.SECONDS) || run.exitValue() != 0) {
            throw new IOException("failed: " + List.of(command));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
