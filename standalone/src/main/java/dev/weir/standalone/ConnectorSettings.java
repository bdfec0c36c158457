package dev.weir.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.standalone.process.StartFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/** A connector's settings, with the secrets that they refer to. */
final class ConnectorSettings {
    private ConnectorSettings() {}

    /**
     * Reads what is posted to Connect, with or without its envelope, or a properties file, and resolves it.
     *
     * @throws StartFailure when the file or what it refers to cannot be read
     */
    static Map<String, String> read(Path file) throws StartFailure {
        try {
            return resolve(parse(file));
        } catch (IOException | IllegalArgumentException | ConfigException e) {
            throw StartFailure.unreadable(file, e);
        }
    }

    /**
     * Looks values such as {@code ${file:/run/secrets/s3.properties:secret}} up as Kafka's own config providers do, under their
     * usual names {@code file}, {@code directory} and {@code env}.
     *
     * @throws ConfigException when one cannot be read
     */
    static Map<String, String> resolve(Map<String, String> settings) throws IOException {
        try (FileConfigProvider files = new FileConfigProvider();
                DirectoryConfigProvider directories = new DirectoryConfigProvider();
                EnvVarConfigProvider variables = new EnvVarConfigProvider()) {
            files.configure(Map.of());
            directories.configure(Map.of());
            variables.configure(Map.of());
            ConfigTransformer providers =
                    new ConfigTransformer(Map.of("file", files, "directory", directories, "env", variables));
            return new HashMap<>(providers.transform(settings).data());
        }
    }

    private static Map<String, String> parse(Path file) throws IOException {
        Map<String, String> settings = new HashMap<>();
        try (Reader in = Files.newBufferedReader(file)) {
            if (file.toString().endsWith(".json")) {
                JsonNode root = new ObjectMapper().readTree(in);
                return of(root.has("config") ? root.get("config") : root);
            } else {
                Properties properties = new Properties();
                properties.load(in);
                properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            }
        }
        return settings;
    }

    /** Returns the settings of a JSON object. */
    static Map<String, String> of(JsonNode config) {
        Map<String, String> settings = new HashMap<>();
        config.properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        return settings;
    }
}
