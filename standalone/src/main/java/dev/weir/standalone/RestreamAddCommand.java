package dev.weir.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.RestreamSinkConnector;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.StartPosition;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.schemas.Topics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds a target. */
@Command(
        name = "add",
        description = "Push a stream to one more target.",
        footer = {
            "",
            "A URL with a key in it belongs into a file or on standard input: arguments are",
            "seen by every user of the machine and kept by the shell. docs/restream.md tells",
            "the URLs and the settings.",
            "",
            "  weir restream add studio --stream lobby --url srt://studio.example.org:9000",
            "  weir restream add service --stream lobby --url-file key.txt",
            "  weir restream add delayed --stream lobby --url-file - --start 5m \\",
            "    --set restream.audio=copy"
        },
        mixinStandardHelpOptions = true)
final class RestreamAddCommand implements Callable<Integer> {
    private static final Duration MARGIN = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectClient connect = new ConnectClient();

    @Parameters(paramLabel = "NAME", description = "Name of the target.")
    private String name = "";

    @Option(names = "--stream", paramLabel = "ID", required = true, description = "The stream.")
    private String stream = "";

    @ArgGroup(multiplicity = "1")
    private Url url = new Url();

    /** One of the two. */
    static final class Url {
        @Option(names = "--url", paramLabel = "URL", description = "Where to push.")
        @Nullable
        private String text;

        @Option(names = "--url-file", paramLabel = "FILE", description = "File with the URL, - = standard input.")
        @Nullable
        private String file;
    }

    @Option(
            names = "--start",
            paramLabel = "WHERE",
            description = "live, how far behind live to stay (5m), or an instant (default: ${DEFAULT-VALUE}).")
    private String start = "live";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description =
                    "Kafka, as Connect reaches it, to tell there what the target does; without it that of the demo.")
    @Nullable
    private String bootstrap;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of docs/restream.md; may be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() throws StartFailure, IOException, InterruptedException {
        TargetUrl target;
        StartPosition position;
        String secret = url();
        try {
            target = TargetUrl.parse(secret);
            position = StartPosition.parse(start);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("connector.class", RestreamSinkConnector.class.getName())
                .put("tasks.max", "1")
                .put("topics", Topics.MEDIA)
                .put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter")
                .put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter")
                .put("consumer.override.auto.offset.reset", reset(position))
                .put(RestreamSinkConfig.STREAM, stream)
                .put(RestreamSinkConfig.URL, secret)
                .put(RestreamSinkConfig.START, start);
        Optional.ofNullable(bootstrap)
                .or(() -> DataDirectory.kafkaAddress(connect.data()))
                .ifPresent(kafka -> config.put(RestreamSinkConfig.TOPIC_BOOTSTRAP, kafka));
        settings.forEach(config::put);
        connect.put(ConnectClient.path(name) + "/config", config.toString());
        spec.commandLine().getOut().println(name + " pushes " + stream + " to " + target);
        return 0;
    }

    /** Where a consumer begins that has no offset yet; a little before the place, so that a keyframe is there. */
    private static String reset(StartPosition position) {
        Optional<Duration> behind = position.behind();
        if (behind.isEmpty()) {
            return "earliest";
        }
        return behind.get().isZero() ? "latest" : "by_duration:" + behind.get().plus(MARGIN);
    }

    private String url() throws IOException, StartFailure {
        if (url.text != null) {
            return url.text;
        }
        String file = url.file == null ? "-" : url.file;
        if (!file.equals("-")) {
            try {
                return Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw StartFailure.unreadable(Path.of(file), e);
            }
        }
        String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
        if (line == null) {
            throw new StartFailure("standard input holds no URL");
        }
        return line.strip();
    }
}
