package dev.weir.connector;

import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.StartPosition;
import dev.weir.connector.restream.TargetUrl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Pushes one stream of the media log to one receiver. One connector is one target: it has a consumer group, and so a place in
 * the log, of its own, and is paused, stopped and restarted alone. One task, because tasks share their connector's place.
 * {@code value.converter} must be {@code ByteArrayConverter}.
 */
public final class RestreamSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

    @FunctionalInterface
    private interface Check {
        void run();
    }

    @Override
    public void start(Map<String, String> props) {
        properties = Map.copyOf(props);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RestreamSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(properties);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return RestreamSinkConfig.definition();
    }

    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        Config config = super.validate(connectorConfigs);
        for (ConfigValue value : config.configValues()) {
            if (value.errorMessages().isEmpty() && value.value() != null) {
                mistake(value, connectorConfigs).ifPresent(value::addErrorMessage);
            }
        }
        return config;
    }

    private static Optional<String> mistake(ConfigValue value, Map<String, String> all) {
        return switch (value.name()) {
            case RestreamSinkConfig.URL -> mistake(() -> TargetUrl.parse(((Password) value.value()).value()));
            case RestreamSinkConfig.START -> mistake(() -> StartPosition.parse((String) value.value()));
            case RestreamSinkConfig.ALLOW -> mistake(() -> new AddressGuard(allow(all)));
            case RestreamSinkConfig.SDP_FILE ->
                all.getOrDefault(RestreamSinkConfig.URL, "").matches("s?rtp://.*")
                                && all.getOrDefault(RestreamSinkConfig.SDP_FILE, "")
                                        .isBlank()
                        ? Optional.of("a target of rtp:// or srtp:// needs a file for its session description")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static List<String> allow(Map<String, String> all) {
        String text = all.getOrDefault(RestreamSinkConfig.ALLOW, "");
        return text.isBlank() ? List.of() : List.of(text.split(","));
    }

    private static Optional<String> mistake(Check check) {
        try {
            check.run();
            return Optional.empty();
        } catch (IllegalArgumentException | ConfigException mistake) {
            return Optional.of(String.valueOf(mistake.getMessage()));
        }
    }

    /** Allows offsets to be set through Connect's REST interface: that is how a target is sent back in the log. */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
        return true;
    }

    @Override
    public String version() {
        return Version.current();
    }
}
