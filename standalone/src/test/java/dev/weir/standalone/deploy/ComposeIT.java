package dev.weir.standalone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.metrics.Meter;
import dev.weir.schemas.Topics;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** There is no Docker here: what can be checked of the containers without one. After the build, because they mount it. */
class ComposeIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern PINNED = Pattern.compile("[a-z0-9-]+(/[a-z0-9-]+)+:.*[0-9].*|[a-z-]+:.*[0-9].*");
    private static final Set<String> SERVICE_KEYS = Set.of(
            "image",
            "environment",
            "ports",
            "volumes",
            "healthcheck",
            "depends_on",
            "entrypoint",
            "command",
            "restart");

    @Test
    void servicesUseKnownKeysAndPinnedImages() throws IOException {
        services().forEach((name, service) -> {
            assertThat(SERVICE_KEYS).as("keys of %s", name).containsAll(service.keySet());
            assertThat(String.valueOf(service.get("image")))
                    .as("image of %s", name)
                    .matches(PINNED)
                    .doesNotContain("latest");
        });
    }

    @Test
    void everyMountedPathExistsAndEveryVolumeIsDeclared() throws IOException {
        Set<?> declared = ((Map<?, ?>) compose().get("volumes")).keySet();
        services().forEach((name, service) -> {
            for (Object volume : (List<?>) service.getOrDefault("volumes", List.of())) {
                String source = volume.toString().substring(0, volume.toString().indexOf(':'));
                if (source.startsWith(".")) {
                    assertThat(ROOT.resolve(source)).as("mounted by %s", name).exists();
                } else {
                    assertThat(declared.contains(source))
                            .as("volume %s of %s", source, name)
                            .isTrue();
                }
            }
        });
    }

    @Test
    void servicesDependOnServicesThatExist() throws IOException {
        Map<String, Map<String, Object>> services = services();
        services.forEach((name, service) -> {
            Object dependsOn = service.getOrDefault("depends_on", List.of());
            Collection<?> names = dependsOn instanceof Map<?, ?> map ? map.keySet() : (List<?>) dependsOn;
            for (Object dependency : names) {
                assertThat(services.keySet()).as("what %s depends on", name).contains(dependency.toString());
            }
            if (dependsOn instanceof Map<?, ?> map) {
                map.forEach((dependency, condition) -> {
                    if (condition.toString().contains("service_healthy")) {
                        assertThat(services.get(dependency.toString()))
                                .as("%s", dependency)
                                .containsKey("healthcheck");
                    }
                });
            }
        });
    }

    @Test
    void everyTopicOfTheLogIsCreated() throws Exception {
        String script = Files.readString(ROOT.resolve("deploy/connect/topics.sh"));
        for (Field constant : Topics.class.getFields()) {
            assertThat(script).contains("create " + constant.get(null) + " ");
        }
    }

    @Test
    void everyOtherFileOfYamlAndJsonParses() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("deploy"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.toString().matches(".*\\.ya?ml")) {
                    try (Reader in = Files.newBufferedReader(file)) {
                        assertThat(yaml().loadAll(in)).as(file.toString()).isNotEmpty();
                    }
                } else if (file.toString().endsWith(".json")) {
                    assertThat(new ObjectMapper().readTree(file.toFile()))
                            .as(file.toString())
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void dashboardAndAlertsAskOnlyForMetersThatExist() throws IOException {
        Set<String> known = Stream.of(Meter.values())
                .map(meter ->
                        meter.meterName().replace('.', '_') + (meter.kind() == Meter.Kind.COUNTER ? "_total" : ""))
                .collect(Collectors.toSet());
        Set<String> asked = new TreeSet<>();
        JsonNode dashboard = new ObjectMapper()
                .readTree(ROOT.resolve("deploy/grafana/dashboards/weir.json").toFile());
        for (JsonNode expression : dashboard.findValues("expr")) {
            addMeters(expression.asText(), asked);
        }
        addMeters(Files.readString(ROOT.resolve("deploy/prometheus/alerts.yml")), asked);

        assertThat(asked).isNotEmpty();
        assertThat(known).containsAll(asked);
    }

    private static void addMeters(String text, Set<String> meters) {
        Matcher names = Pattern.compile("\\bweir_[a-z_]+").matcher(text);
        while (names.find()) {
            meters.add(names.group());
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() throws IOException {
        return (Map<String, Map<String, Object>>) compose().get("services");
    }

    private static Map<String, Object> compose() throws IOException {
        try (Reader in = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            return yaml().load(in);
        }
    }

    private static Yaml yaml() {
        return new Yaml(new SafeConstructor(new LoaderOptions()));
    }
}
