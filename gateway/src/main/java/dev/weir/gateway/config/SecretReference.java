package dev.weir.gateway.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** Says where a secret stands instead of the secret: {@code file:/run/secrets/turn} or {@code env:TURN_SECRET}. */
final class SecretReference {
    private static final String FILE = "file:";
    private static final String ENVIRONMENT = "env:";
    private static final int MAX_BYTES = 64 * 1024;

    private SecretReference() {}

    /**
     * Returns the setting with what its value refers to, when it is a secret and a reference.
     *
     * @param list whether the value is a list; then each line of a file is an item
     */
    static Setting resolve(Setting setting, boolean list, Map<String, String> environment) throws ConfigException {
        String value = setting.value();
        if (!setting.isSecret()) {
            return setting;
        }
        if (value.equals(Setting.HIDDEN)) {
            throw setting.wrong("is what config show prints instead of a secret, not a secret");
        }
        if (value.startsWith(FILE)) {
            return found(setting, read(setting, value.substring(FILE.length()), list));
        }
        if (value.startsWith(ENVIRONMENT)) {
            String variable = value.substring(ENVIRONMENT.length());
            String content = environment.getOrDefault(variable, "");
            if (content.isEmpty()) {
                throw setting.wrong("refers to the environment variable " + variable + ", which is not set");
            }
            return found(setting, content);
        }
        return setting;
    }

    private static Setting found(Setting setting, String content) {
        return new Setting(setting.key(), content, new Origin.Referred(setting.origin(), setting.value()));
    }

    private static String read(Setting setting, String path, boolean list) throws ConfigException {
        String content;
        try {
            Path file = Path.of(path);
            if (Files.size(file) > MAX_BYTES) {
                throw setting.wrong("refers to " + path + ", which is larger than " + MAX_BYTES + " bytes");
            }
            content = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException | InvalidPathException e) {
            throw setting.wrong("refers to " + path + ", which cannot be read: "
                    + e.getClass().getSimpleName());
        }
        if (content.isEmpty()) {
            throw setting.wrong("refers to " + path + ", which is empty");
        }
        return list ? String.join(",", content.lines().map(String::strip).toList()) : content;
    }
}
