package dev.weir.standalone.broker;

import dev.weir.standalone.process.LockedFile;
import dev.weir.standalone.process.ParentLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** Runs the broker; its one argument is the file of its settings. Started by {@link Broker}, never by hand. */
public final class BrokerMain {

    /** Longer than {@link ParentLink#STOP_PATIENCE}: the broker of a parent that was killed may still be stopping. */
    private static final Duration PREDECESSOR_PATIENCE = ParentLink.STOP_PATIENCE.plusSeconds(7);

    private BrokerMain() {}

    /** Starts the broker and stays until the parent ends. */
    public static void main(String[] args) throws InterruptedException {
        ParentLink parent = ParentLink.open();
        RunningBroker broker = new RunningBroker();
        parent.endWithParent(broker::stop);
        try {
            Path settings = Path.of(args[0]);
            Properties properties = load(settings);
            if (LockedFile.lockWithin(settings.resolveSibling("lock"), PREDECESSOR_PATIENCE)
                    .isEmpty()) {
                parent.fail(
                        "another Kafka still works on " + settings.getParent(), new IllegalStateException("locked"));
            }
            format(properties);
            broker.start(new KafkaConfig(properties));
            parent.ready("");
        } catch (Exception e) {
            parent.fail("Kafka cannot start: " + rootMessage(e), e);
        }
        broker.awaitEnd();
        parent.fail(
                "Kafka stopped by itself, usually for a full or failing disk", new IllegalStateException("stopped"));
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }

    /** Gives a new log folder its cluster id, once and for good. */
    private static void format(Properties properties) throws Exception {
        String directory = properties.getProperty("log.dirs");
        if (Files.exists(Path.of(directory, "meta.properties"))) {
            return;
        }
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .addDirectory(directory)
                .setMetadataLogDirectory(directory)
                .setControllerListenerName(properties.getProperty("controller.listener.names"))
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setIgnoreFormatted(true)
                .setPrintStream(System.err)
                .run();
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** The server between its start and its end, which two threads see. */
    private static final class RunningBroker {

        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Runnable shutdown = () -> {};

        void start(KafkaConfig config) {
            KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
            shutdown = () -> {
                server.shutdown();
                server.awaitShutdown();
            };
            Thread watch = new Thread(
                    () -> {
                        server.awaitShutdown();
                        ended.countDown();
                    },
                    "weir-broker-watch");
            server.startup();
            watch.setDaemon(true);
            watch.start();
        }

        void stop() {
            shutdown.run();
        }

        void awaitEnd() throws InterruptedException {
            ended.await();
            // While an orderly end is under way the JVM is halted by it, not by the caller.
            Thread.sleep(ParentLink.STOP_PATIENCE.toMillis());
        }
    }
}
