package dev.weir.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connector.ArchiveSinkConnector;
import dev.weir.schemas.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** There is no Kubernetes here: what can be checked of Strimzi's resources without one. */
class StrimziTest {
    private static final Path FOLDER = Path.of("..", "deploy", "strimzi");
    private static final Pattern PROVIDED = Pattern.compile("\\$\\{(\\w+):([^}]+)}");

    /** The fields of Strimzi's CRDs that these resources may use. */
    private static final Map<String, Set<String>> SPEC_FIELDS = Map.of(
            "KafkaConnector", Set.of("class", "tasksMax", "autoRestart", "config", "state"),
            "KafkaConnect",
                    Set.of("replicas", "bootstrapServers", "config", "template", "build", "tls", "authentication"),
            "KafkaTopic", Set.of("partitions", "replicas", "config", "topicName"));

    @Test
    void resourcesHaveFieldsOfTheirKind() throws IOException {
        for (String file : List.of("archive-sink.yaml", "connect.yaml", "topics.yaml")) {
            for (Map<?, ?> resource : resources(file)) {
                String kind = String.valueOf(resource.get("kind"));
                assertThat(resource.get("apiVersion")).as(kind).isEqualTo("kafka.strimzi.io/v1beta2");
                assertThat(SPEC_FIELDS).containsKey(kind);
                assertThat(SPEC_FIELDS.getOrDefault(kind, Set.of()))
                        .as("spec of %s in %s", kind, file)
                        .containsAll(strings(map(resource, "spec")).keySet());
            }
        }
    }

    @Test
    void theConnectorsSettingsAreTakenByTheConnector() throws IOException {
        Map<?, ?> connector = resources("archive-sink.yaml").get(0);
        Map<String, String> settings = strings(map(map(connector, "spec"), "config"));

        assertThat(map(connector, "spec").get("class")).isEqualTo(ArchiveSinkConnector.class.getName());
        // Strimzi sets these itself and refuses them here.
        assertThat(settings).doesNotContainKeys("connector.class", "tasks.max", "name");
        assertThat(settings).containsEntry("topics", Topics.MEDIA);
        assertThat(new ArchiveSinkConnector().validate(settings).configValues())
                .extracting(ConfigValue::errorMessages)
                .allSatisfy(errors -> assertThat(errors).isEmpty());
        Set<String> known = new ArchiveSinkConnector().config().names();
        assertThat(settings.keySet())
                .allSatisfy(key -> assertThat(
                                known.contains(key) || key.equals("topics") || key.startsWith("consumer.override."))
                        .as(key)
                        .isTrue());
    }

    @Test
    void secretsComeByAProviderThatTheWorkerHas() throws IOException {
        Map<?, ?> connector = resources("archive-sink.yaml").get(0);
        Map<?, ?> connect = resources("connect.yaml").get(0);
        Map<String, String> settings = strings(map(map(connector, "spec"), "config"));
        Map<String, String> worker = strings(map(map(connect, "spec"), "config"));
        Map<?, ?> container = map(map(map(connect, "spec"), "template"), "connectContainer");
        List<Object> variables = ((List<?>) container.get("env"))
                .stream()
                        .map(variable -> (Object) ((Map<?, ?>) variable).get("name"))
                        .toList();

        assertThat(settings.get("s3.secret.access.key")).matches(PROVIDED);
        for (String value : settings.values()) {
            for (MatchResult reference : PROVIDED.matcher(value).results().toList()) {
                assertThat(List.of(
                                String.valueOf(worker.get("config.providers")).split(",")))
                        .contains(reference.group(1));
                assertThat(worker).containsKey("config.providers." + reference.group(1) + ".class");
                assertThat(variables).contains(reference.group(2));
            }
        }
        assertThat(map(map(connector, "metadata"), "labels").get("strimzi.io/cluster"))
                .isEqualTo(map(connect, "metadata").get("name"));
    }

    private static List<Map<?, ?>> resources(String file) throws IOException {
        try (Reader in = Files.newBufferedReader(FOLDER.resolve(file))) {
            Iterable<Object> documents = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(in);
            return StreamSupport.stream(documents.spliterator(), false)
                    .<Map<?, ?>>map(document -> (Map<?, ?>) document)
                    .toList();
        }
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        Object value = parent.get(key);
        assertThat(value).as(key).isInstanceOf(Map.class);
        return value == null ? new HashMap<>() : (Map<?, ?>) value;
    }

    private static Map<String, String> strings(Map<?, ?> map) {
        Map<String, String> strings = new TreeMap<>();
        map.forEach((key, value) -> strings.put(String.valueOf(key), String.valueOf(value)));
        return strings;
    }
}
