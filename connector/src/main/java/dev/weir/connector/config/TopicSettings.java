package dev.weir.connector.config;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/** Settings of the topic in which a sink tells what it does. Immutable. */
public final class TopicSettings {
    private final AbstractConfig values;
    private final String nameKey;
    private final String kafkaPrefix;
    private final String registryKey;

    /**
     * Reads the settings among {@code values}.
     *
     * @param kafkaPrefix what stands in front of the properties of Kafka's clients
     */
    TopicSettings(AbstractConfig values, String nameKey, String kafkaPrefix, String registryKey) {
        this.values = values;
        this.nameKey = nameKey;
        this.kafkaPrefix = kafkaPrefix;
        this.registryKey = registryKey;
    }

    /** Returns the name of the topic. */
    public String name() {
        return values.getString(nameKey);
    }

    /** Returns the properties of Kafka's clients, empty when nothing is to be told. */
    public Map<String, Object> kafka() {
        return values.getString(kafkaPrefix + "bootstrap.servers").isBlank()
                ? Map.of()
                : values.originalsWithPrefix(kafkaPrefix);
    }

    /** Returns the schema registry. */
    public Optional<URI> registry() {
        return Optional.of(values.getString(registryKey))
                .filter(url -> !url.isBlank())
                .map(URI::create);
    }
}
