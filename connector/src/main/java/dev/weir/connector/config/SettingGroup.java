package dev.weir.connector.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** Defines settings of one group, in order. */
final class SettingGroup {
    private final ConfigDef definition;
    private final String name;
    private final Predicate<Map<String, Object>> shown;
    private int order;

    /** Starts a group whose settings matter always. */
    SettingGroup(ConfigDef definition, String name) {
        this(definition, name, settings -> true);
    }

    /** Starts a group that user interfaces hide unless {@code shown} says that it matters. */
    SettingGroup(ConfigDef definition, String name, Predicate<Map<String, Object>> shown) {
        this.definition = definition;
        this.name = name;
        this.shown = shown;
    }

    private record Recommended(List<String> values, Predicate<Map<String, Object>> shown)
            implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String name, Map<String, Object> settings) {
            return List.copyOf(values);
        }

        @Override
        public boolean visible(String name, Map<String, Object> settings) {
            return shown.test(settings);
        }
    }

    /** Adds a setting. */
    SettingGroup add(
            String key,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            String documentation) {
        define(key, type, defaultValue, validator, importance, documentation, List.of());
        return this;
    }

    /** Adds a setting with these values only, of which the first one is the default. */
    SettingGroup choose(String key, List<String> values, Importance importance, String documentation) {
        ConfigDef.Validator validator = ConfigDef.ValidString.in(values.toArray(String[]::new));
        define(key, ConfigDef.Type.STRING, values.get(0), validator, importance, documentation, values);
        return this;
    }

    private void define(
            String key,
            ConfigDef.Type type,
            Object defaultValue,
            ConfigDef.Validator validator,
            Importance importance,
            String documentation,
            List<String> values) {
        definition.define(
                key,
                type,
                defaultValue,
                validator,
                importance,
                documentation,
                name,
                ++order,
                Width.MEDIUM,
                key,
                new Recommended(values, shown));
    }

    /** Accepts any value. */
    static ConfigDef.Validator anything() {
        return ConfigDef.LambdaValidator.with((name, value) -> {}, () -> "");
    }

    /** Accepts nothing or an address of HTTP. */
    static ConfigDef.Validator url() {
        return ConfigDef.LambdaValidator.with(SettingGroup::checkUrl, () -> "empty or an http(s) URL");
    }

    private static void checkUrl(String name, Object value) {
        String url = ((String) value).toLowerCase(Locale.ROOT);
        if (!url.isEmpty() && !url.startsWith("http://") && !url.startsWith("https://")) {
            throw new ConfigException(name, value, "must be empty or start with http:// or https://");
        }
    }
}
