package dev.weir.standalone;

import dev.weir.schemas.RecordDecoder;
import dev.weir.schemas.SchemaRegistry;
import dev.weir.schemas.Topics;
import dev.weir.standalone.journal.LogPosition;
import dev.weir.standalone.journal.LogReader;
import dev.weir.standalone.journal.RegistryException;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of every command that reads the log: where Kafka is and how to talk to it. */
final class LogSource {

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka; without it that of --kafka-config, or of the demo whose data folder --data names.")
    @Nullable
    private String bootstrap;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Kafka's own client properties: TLS, SASL, timeouts.")
    @Nullable
    private Path kafkaConfig;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Schema registry with Confluent's REST interface, when the gateway writes with one"
                    + " (mirror.registry); user and password may stand in it.")
    @Nullable
    private URI registry;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description =
                    "Topic of the media, when the gateway writes another (mirror.topic; default: ${DEFAULT-VALUE}).")
    private String mediaTopic = Topics.MEDIA;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder of the demo (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of(".weir");

    /** What is done with an open reader. */
    interface Reading {
        int read(LogReader reader) throws StartFailure, IOException, InterruptedException;
    }

    /** Opens a reader of the media log, see {@link #read(CommandSpec, String, Optional, Reading)}. */
    int read(CommandSpec command, Optional<String> stream, Reading reading)
            throws StartFailure, IOException, InterruptedException {
        return read(command, mediaTopic, stream, reading);
    }

    /** Opens a reader, does {@code reading} with it, and tells Kafka's errors in a line that says what to do. */
    int read(CommandSpec command, String topic, Optional<String> stream, Reading reading)
            throws StartFailure, IOException, InterruptedException {
        Properties client = client();
        try (LogReader reader = LogReader.open(client, topic, stream, decoder())) {
            try {
                int exitCode = reading.read(reader);
                return exitCode == 0 && reader.malformed() > 0 && reader.decoded() == 0 ? 1 : exitCode;
            } finally {
                if (reader.malformed() > 0) {
                    command.commandLine()
                            .getErr()
                            .println("weir: " + reader.malformed() + " records cannot be read, the last one: "
                                    + reader.lastMalformed());
                }
            }
        } catch (RegistryException e) {
            String host = registry == null ? "" : " at " + registry.getHost() + ":" + registry.getPort();
            throw new StartFailure("no answer from the schema registry" + host + ": " + e.getCause(), e);
        } catch (ConfigException e) {
            throw new StartFailure("Kafka's client properties are wrong: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new StartFailure(explain(e, client.getProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)), e);
        }
    }

    private RecordDecoder decoder() throws StartFailure {
        try {
            return registry == null ? new RecordDecoder() : new RecordDecoder(new SchemaRegistry(registry));
        } catch (IllegalArgumentException e) {
            throw new StartFailure("--registry: " + e.getMessage(), e);
        }
    }

    private static String explain(KafkaException e, String kafka) {
        if (e instanceof AuthenticationException) {
            return "Kafka at " + kafka + " does not accept the credentials of --kafka-config: " + e.getMessage();
        }
        if (e instanceof AuthorizationException) {
            return "Kafka at " + kafka + " does not let us read: " + e.getMessage()
                    + ". The user needs Read on the topic";
        }
        if (e instanceof UnknownTopicOrPartitionException) {
            return "Kafka at " + kafka + " holds no log yet: " + e.getMessage();
        }
        Throwable cause = e.getCause();
        String detail = cause == null ? e.getMessage() : e.getMessage() + ": " + cause.getMessage();
        return "no answer from Kafka at " + kafka + " (" + detail
                + "): is weir demo running? Another address goes into --bootstrap";
    }

    /** Returns Kafka's client properties. */
    Properties client() throws StartFailure {
        Properties client = new Properties();
        if (kafkaConfig != null) {
            try (Reader in = Files.newBufferedReader(kafkaConfig)) {
                client.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw StartFailure.unreadable(kafkaConfig, e);
            }
        }
        if (bootstrap != null) {
            client.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        }
        if (!client.containsKey(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            client.setProperty(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    DataDirectory.kafkaAddress(data)
                            .orElseThrow(() -> new StartFailure("no demo has run in " + data.toAbsolutePath()
                                    + ": name Kafka with --bootstrap HOST:PORT or the demo's folder with --data")));
        }
        return client;
    }

    /** Returns the topic of the media. */
    String topic() {
        return mediaTopic;
    }

    /** Returns the data folder of the demo. */
    Path data() {
        return data;
    }

    /** Reads a place in the log as people write it, in the time zone of this machine. */
    static LogPosition position(String option, String text) throws StartFailure {
        try {
            return LogPosition.parse(text, Instant.now(), ZoneId.systemDefault());
        } catch (IllegalArgumentException e) {
            throw new StartFailure(option + ": " + e.getMessage(), e);
        }
    }
}
