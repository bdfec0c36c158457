package dev.weir.gateway;

import dev.weir.gateway.config.Config;
import dev.weir.gateway.config.ConfigException;
import dev.weir.gateway.config.Key;
import dev.weir.gateway.config.Origin;
import dev.weir.gateway.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that set configuration keys, shared by the commands of the gateway. */
public final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "Read the configuration from this YAML file.")
    private @Nullable Path file;

    @Option(names = "--http", paramLabel = "HOST:PORT", description = "Where HTTP listens; port 0 = any free one.")
    private @Nullable String http;

    @Option(
            names = "--tls",
            paramLabel = "FILE",
            description = "Serve HTTPS: file of certificate and key (PEM, PKCS#12), or self-signed.")
    private @Nullable String tls;

    @Option(names = "--udp", paramLabel = "PORT", description = "UDP port of all media; 0 = any free one.")
    private @Nullable String udp;

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Kafka to mirror every stream into.")
    private @Nullable String kafka;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for data; the gateway alone keeps none and leaves it untouched.")
    @SuppressWarnings("UnusedVariable") // Accepted, so that the flags of demo and gateway are the same.
    private @Nullable Path data;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Set any configuration key.")
    private List<String> settings = new ArrayList<>();

    /** Loads the configuration with these flags on top. */
    Config load() throws ConfigException {
        List<Setting> flags = new ArrayList<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("flag --set: must be KEY=VALUE");
            }
            String key = setting.substring(0, equals);
            // Not the value, which may be a secret.
            flags.add(new Setting(key, setting.substring(equals + 1), new Origin.Flag("--set " + key)));
        }
        add(flags, Key.HTTP_ADDRESS, http);
        add(flags, Key.HTTP_TLS, tls);
        add(flags, Key.UDP_PORT, udp);
        add(flags, Key.KAFKA_BOOTSTRAP_SERVERS, kafka);
        Map<String, String> environment = System.getenv();
        Optional<Path> chosen = Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(environment.get("WEIR_CONFIG")).map(Path::of));
        return ConfigReader.load(chosen, environment, flags);
    }

    private static void add(List<Setting> flags, Key key, @Nullable String value) {
        if (value != null) {
            flags.add(new Setting(key.key(), value, new Origin.Flag(key.flag())));
        }
    }
}
