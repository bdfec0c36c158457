package dev.weir.connector;

import dev.weir.connector.config.ArchiveSinkConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Archives the media log into a folder or an S3 bucket: playable files, HLS playlists and manifests, each object exactly
 * once. Kafka Connect finds it by name; {@code value.converter} must be {@code ByteArrayConverter}.
 */
public final class ArchiveSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public void start(Map<String, String> props) {
        properties = Map.copyOf(props);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ArchiveSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, properties);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return ArchiveSinkConfig.definition();
    }

    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        Config config = super.validate(connectorConfigs);
        for (ArchiveSinkConfig.Problem problem : ArchiveSinkConfig.problems(connectorConfigs)) {
            for (ConfigValue value : config.configValues()) {
                if (value.name().equals(problem.key())) {
                    value.addErrorMessage(problem.message());
                }
            }
        }
        return config;
    }

    /** Allows offsets to be set through Connect's REST interface: going back rewrites nothing, it compares. */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
        return true;
    }

    @Override
    public String version() {
        return Version.current();
    }
}
