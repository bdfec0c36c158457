package dev.weir.standalone.demo;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.access.AccessConfig;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.schemas.Topics;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.standalone.process.Ports;
import dev.weir.standalone.process.StartFailure;
import dev.weir.standalone.process.Supervised;
import dev.weir.standalone.worker.Worker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gateway, Kafka and Connect with the archive sink, started in this order's reverse dependence and stopped backwards. */
public final class Stack implements AutoCloseable {

    private static final int USUAL_KAFKA_PORT = 9092;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    private final StackConfig config;
    private final DataDirectory data;
    private final Consumer<String> out;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private Optional<InetSocketAddress> httpAddress = Optional.empty();
    private String bootstrap = "";
    private String connectUrl = "";
    private boolean closed;

    /**
     * Takes the settings.
     *
     * @param data closed with the stack
     * @param out called with lines for the user, from several threads
     */
    public Stack(StackConfig config, DataDirectory data, Consumer<String> out) {
        this.config = config;
        this.data = data;
        this.out = out;
    }

    /**
     * Starts everything; when it throws, {@link #close} has to be called all the same.
     *
     * @throws StartFailure with one clear line
     */
    public void start() throws StartFailure, InterruptedException {
        Distribution distribution = Distribution.locate();
        register(data);
        requirePorts();
        startBroker(distribution);
        MediaTopics.create(bootstrap);
        startGateway();
        startWorker(distribution);
        remember();
    }

    /** Before anything is started, so that a port that is taken is told at once. */
    private void requirePorts() throws StartFailure {
        if (config.http().getPort() != 0) {
            Ports.requireTcp(config.http().getHostString(), config.http().getPort(), "--http");
        }
        if (config.udpPort() != 0) {
            String host = config.mediaHost();
            Ports.requireUdp(host.isEmpty() ? "0.0.0.0" : host, config.udpPort(), "--udp");
        }
    }

    private void startBroker(Distribution distribution) throws StartFailure, InterruptedException {
        int port = config.kafkaPort().isPresent()
                ? config.kafkaPort().getAsInt()
                : Ports.freeTcp(LOOPBACK, rememberedPort().orElse(USUAL_KAFKA_PORT));
        Broker first = Broker.start(distribution, data, port, out);
        bootstrap = first.bootstrap();
        int taken = first.port();
        Supervised<Broker> broker =
                Supervised.of("Kafka", first, () -> Broker.start(distribution, data, taken, out), out);
        register(broker);
        out.accept("  Kafka     " + bootstrap + "  (process " + first.process().pid() + ")");
    }

    private Optional<Integer> rememberedPort() {
        return DataDirectory.kafkaAddress(data.root())
                .map(address -> Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private void startGateway() throws StartFailure {
        ServerConfig.Builder builder = ServerConfig.builder()
                .bindAddress(config.http())
                .udpPort(config.udpPort())
                .mirror(MirrorConfig.builder(bootstrap).build());
        InetAddress address = config.http().getAddress();
        if (address != null && !address.isAnyLocalAddress()) {
            builder.udpAddresses(List.of(address));
        }
        if (config.insecure()) {
            builder.allowPlainHttp(true).access(AccessConfig.OPEN);
        } else if (!config.isLocal()) {
            throw new StartFailure(
                    "the demo asks for no token and speaks plain HTTP: serve it to other machines only with"
                            + " --insecure, or use weir gateway, which has tokens and TLS");
        }
        WhipServer server = new WhipServer(builder.build());
        try {
            server.start();
        } catch (IOException e) {
            throw new StartFailure("the gateway cannot start: " + e.getMessage(), e);
        }
        register(server);
        httpAddress = Optional.of(server.httpAddress());
        out.accept("  gateway   " + url() + "  (media on UDP "
                + server.udpAddress().getPort() + ")");
    }

    private void startWorker(Distribution distribution) throws StartFailure, InterruptedException {
        Worker first = Worker.start(distribution, data, bootstrap, archiveSink(), out);
        register(Supervised.of(
                "Connect", first, () -> Worker.start(distribution, data, bootstrap, archiveSink(), out), out));
        connectUrl = first.restUrl();
        out.accept("  Connect   " + first.restUrl() + "  (process "
                + first.process().pid() + ")");
        out.accept("  archive   " + data.archive());
    }

    private Map<String, String> archiveSink() {
        return Map.of(
                "name", "weir-archive",
                "connector.class", "dev.weir.connector.ArchiveSinkConnector",
                "tasks.max", "1",
                "topics", Topics.MEDIA,
                "archive.store", "file",
                "archive.directory", data.archive().toString(),
                "archive.topic.kafka.bootstrap.servers", bootstrap);
    }

    private void remember() throws StartFailure {
        Properties addresses = new Properties();
        addresses.setProperty(DataDirectory.KAFKA, bootstrap);
        addresses.setProperty("http", url());
        addresses.setProperty(DataDirectory.CONNECT, connectUrl);
        try {
            data.remember(addresses);
        } catch (IOException e) {
            throw new StartFailure("cannot write to " + data.root() + ": " + e.getMessage(), e);
        }
    }

    private synchronized <T extends AutoCloseable> T register(T part) throws StartFailure {
        if (closed) {
            closeQuietly(part);
            throw new StartFailure("stopped while starting");
        }
        started.push(part);
        return part;
    }

    /** Returns the gateway's base URL as this machine reaches it, ending in a slash. */
    public String url() {
        InetSocketAddress address = httpAddress.orElse(config.http());
        String host = config.mediaHost().isEmpty() ? LOOPBACK : config.mediaHost();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/";
    }

    /** Returns Kafka's {@code HOST:PORT}. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Returns the folder that the archive sink writes to. */
    public Path archive() {
        return data.archive();
    }

    /** Stops what was started, in reverse order. Idempotent; waits when another thread is at it. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            closeQuietly(started.pop());
        }
    }

    @SuppressWarnings("IllegalCatch")
    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            // The others have to be stopped too.
            LOG.warn("did not stop well: {}", part.getClass().getSimpleName(), e);
        }
    }
}
