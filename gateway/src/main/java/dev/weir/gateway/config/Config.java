package dev.weir.gateway.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The effective configuration: flag over environment variable over file over default. Every value has been checked for its
 * kind when {@link #load} returns, and knows where it comes from. Immutable.
 */
public final class Config {
    /** Keys below this prefix are handed to the Kafka client as they are. */
    public static final String KAFKA_PREFIX = "kafka.";

    private static final String VARIABLE_PREFIX = "WEIR_";
    private static final Origin DEFAULT = new Origin.Default();

    /** Variables of the launcher, which are no keys. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("WEIR_CONFIG", "WEIR_HOME", "WEIR_DATA", "WEIR_JAVA_OPTS");

    private final Map<String, Setting> settings;

    private Config(Map<String, Setting> settings) {
        this.settings = Collections.unmodifiableMap(settings);
    }

    /**
     * What to load.
     *
     * @param file the configuration file, if there is one
     * @param environment all environment variables; those that don't begin with {@code WEIR_} are left alone
     * @param flags what the command line set, key to value, with the flag as the user wrote it in {@link Setting#origin()}
     * @param kafkaProperties names that the Kafka client knows, without {@link #KAFKA_PREFIX}
     */
    public record Sources(
            Optional<Path> file, Map<String, String> environment, List<Setting> flags, Set<String> kafkaProperties) {}

    /** Loads and checks; the first mistake is thrown, naming its origin. */
    public static Config load(Sources sources) throws ConfigException {
        Map<String, Setting> all = new TreeMap<>();
        for (Key key : Key.values()) {
            all.put(key.key(), new Setting(key.key(), key.defaultValue(), DEFAULT));
        }
        if (sources.file().isPresent()) {
            putAll(all, YamlFile.read(sources.file().get()), sources);
        }
        putAll(all, fromEnvironment(sources), sources);
        putAll(all, sources.flags(), sources);
        return new Config(all);
    }

    private static void putAll(Map<String, Setting> all, List<Setting> added, Sources sources) throws ConfigException {
        for (Setting written : added) {
            check(written, sources.kafkaProperties());
            boolean list = List.of(Key.values()).stream()
                    .anyMatch(key -> key.key().equals(written.key()) && key.type() == ValueType.LIST);
            Setting setting = SecretReference.resolve(written, list, sources.environment());
            all.put(setting.key(), setting);
        }
    }

    private static void check(Setting setting, Set<String> kafkaProperties) throws ConfigException {
        for (Key key : Key.values()) {
            if (key.key().equals(setting.key())) {
                checkValue(key, setting);
                return;
            }
        }
        if (isKafka(setting.key()) && kafkaProperties.contains(setting.key().substring(KAFKA_PREFIX.length()))) {
            return;
        }
        List<String> names = new ArrayList<>(keys());
        kafkaProperties.forEach(name -> names.add(KAFKA_PREFIX + name));
        throw new ConfigException(
                setting.origin().describe() + ": unknown key " + setting.key() + Spelling.hint(setting.key(), names));
    }

    private static void checkValue(Key key, Setting setting) throws ConfigException {
        try {
            key.type().check(setting.value());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw setting.wrong("must be " + key.type().form() + ": " + setting.printableValue());
        }
    }

    private static List<Setting> fromEnvironment(Sources sources) throws ConfigException {
        List<Setting> found = new ArrayList<>();
        for (Map.Entry<String, String> variable : new TreeMap<>(sources.environment()).entrySet()) {
            if (variable.getKey().startsWith(VARIABLE_PREFIX) && !isForeign(variable.getKey())) {
                String key = keyOf(variable.getKey(), sources.kafkaProperties());
                found.add(new Setting(key, variable.getValue(), new Origin.Environment(variable.getKey())));
            }
        }
        return found;
    }

    /** Kubernetes injects {@code WEIR_SERVICE_HOST}, {@code WEIR_PORT_8080_TCP} and so on for a service named weir. */
    private static boolean isForeign(String variable) {
        boolean injected = variable.matches("WEIR_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT)|PORT)(_.*)?");
        return LAUNCHER_VARIABLES.contains(variable)
                || (injected && !variables().contains(variable));
    }

    private static String keyOf(String variable, Set<String> kafkaProperties) throws ConfigException {
        for (Key key : Key.values()) {
            if (key.environmentVariable().equals(variable)) {
                return key.key();
            }
        }
        String dotted = variable.substring(VARIABLE_PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '.');
        if (isKafka(dotted) && kafkaProperties.contains(dotted.substring(KAFKA_PREFIX.length()))) {
            return dotted;
        }
        throw new ConfigException(
                "environment " + variable + ": no such variable" + Spelling.hint(variable, variables()));
    }

    private static boolean isKafka(String key) {
        return key.startsWith(KAFKA_PREFIX);
    }

    private static Collection<String> keys() {
        return List.of(Key.values()).stream().map(Key::key).toList();
    }

    private static Collection<String> variables() {
        return List.of(Key.values()).stream().map(Key::environmentVariable).toList();
    }

    /** Returns every setting, sorted by key. */
    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** Returns the effective setting of {@code key}. */
    public Setting setting(Key key) {
        return settings.getOrDefault(key.key(), new Setting(key.key(), key.defaultValue(), DEFAULT));
    }

    /** Returns the value as text. */
    public String text(Key key) {
        return setting(key).value();
    }

    /** Returns the items of a {@link ValueType#LIST}. */
    public List<String> list(Key key) {
        return ValueType.list(text(key));
    }

    /** Returns a {@link ValueType#BOOLEAN}. */
    public boolean bool(Key key) {
        return ValueType.bool(text(key));
    }

    /** Returns a {@link ValueType#INTEGER} that lies between the limits. */
    public int integer(Key key, int minimum, int maximum) throws ConfigException {
        return (int) within(key, ValueType.integer(text(key)), minimum, maximum);
    }

    /** Returns a {@link ValueType#BYTES} that lies between the limits. */
    public long bytes(Key key, long minimum, long maximum) throws ConfigException {
        return within(key, ValueType.bytes(text(key)), minimum, maximum);
    }

    /** Returns a {@link ValueType#DURATION}. */
    public Duration duration(Key key) {
        return ValueType.duration(text(key));
    }

    /** Returns an {@link ValueType#ADDRESS}. */
    public HostAndPort address(Key key) {
        return ValueType.address(text(key));
    }

    /** Returns what was set below {@link #KAFKA_PREFIX} and is no key of ours, without the prefix. */
    public Map<String, String> kafkaProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        for (Setting setting : settings.values()) {
            if (isKafka(setting.key()) && !keys().contains(setting.key())) {
                properties.put(setting.key().substring(KAFKA_PREFIX.length()), setting.value());
            }
        }
        return properties;
    }

    /** Returns the exception for a value that is of the right kind and still cannot be used. */
    public ConfigException wrong(Key key, String reason) {
        return setting(key).wrong(reason);
    }

    private long within(Key key, long value, long minimum, long maximum) throws ConfigException {
        if (value < minimum || value > maximum) {
            throw wrong(key, "must be from " + minimum + " to " + maximum + ": " + value);
        }
        return value;
    }
}
