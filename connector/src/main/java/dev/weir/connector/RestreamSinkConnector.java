package dev.weir.connector;

import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.RtpTarget;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Pushes one live stream of the media log to a receiver, as plain RTP. One task, because one stream lies in one partition;
 * {@code value.converter} must be {@code ByteArrayConverter}.
 */
public final class RestreamSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

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
            if (value.name().equals(RestreamSinkConfig.URL) && value.value() instanceof Password url) {
                try {
                    RtpTarget.parse(url.value());
                } catch (IllegalArgumentException mistake) {
                    value.addErrorMessage(mistake.getMessage());
                }
            }
        }
        return config;
    }

    @Override
    public String version() {
        return Version.current();
    }
}
