package dev.weir.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.connector.config.RestreamSinkConfig;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.StartFailure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the targets. */
@Command(
        name = "list",
        aliases = "status",
        description = "List the targets and what they do.",
        footer = {
            "",
            "What a target does stands beside its committed offset in Kafka and is as old as",
            "the last commit.",
        },
        mixinStandardHelpOptions = true)
final class RestreamListCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROW = "%-16s %-16s %-36s %-10s %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectClient connect = new ConnectClient();

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka; without it that of the demo. Without any the targets' own words are missing.")
    @Nullable
    private String bootstrap;

    @Option(names = "--json", description = "Print one JSON array.")
    private boolean json;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        JsonNode all = connect.get("/connectors?expand=info&expand=status");
        ArrayNode targets = JSON.createArrayNode();
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : all.properties()) {
            JsonNode config = entry.getValue().path("info").path("config");
            if (ConnectClient.isTarget(config)) {
                names.add(entry.getKey());
                targets.add(describe(entry.getKey(), config, entry.getValue().path("status")));
            }
        }
        addWords(targets, names);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(targets);
        } else if (targets.isEmpty()) {
            out.println("no targets: weir restream add --help tells how to add one");
        } else {
            out.printf(ROW, "NAME", "STREAM", "TARGET", "CONNECTOR", "STATE");
            for (JsonNode target : targets) {
                out.printf(
                        ROW,
                        target.path("name").asText(),
                        target.path("stream").asText(),
                        target.path("target").asText(),
                        target.path("connector").asText(),
                        target.path("state").asText());
            }
        }
        out.flush();
        return 0;
    }

    private static ObjectNode describe(String name, JsonNode config, JsonNode status) {
        JsonNode task = status.path("tasks").path(0);
        String failure =
                task.path("trace").asText(status.path("connector").path("trace").asText());
        return JSON.createObjectNode()
                .put("name", name)
                .put("stream", config.path(RestreamSinkConfig.STREAM).asText())
                .put("target", shown(config.path(RestreamSinkConfig.URL).asText()))
                .put(
                        "connector",
                        task.path("state")
                                .asText(status.path("connector").path("state").asText("UNKNOWN")))
                .put("state", failure.lines().findFirst().orElse(""));
    }

    /** Returns the URL without what may be secret. */
    private static String shown(String url) {
        try {
            return TargetUrl.parse(url).toString();
        } catch (IllegalArgumentException fromAProvider) {
            return "(set by a config provider)";
        }
    }

    private void addWords(ArrayNode targets, List<String> names) throws InterruptedException {
        Optional<String> kafka = Optional.ofNullable(bootstrap).or(() -> DataDirectory.kafkaAddress(connect.data()));
        if (kafka.isEmpty() || names.isEmpty()) {
            return;
        }
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.get(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                "5000",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                "5000"))) {
            for (int i = 0; i < names.size(); i++) {
                ObjectNode target = (ObjectNode) targets.get(i);
                String words = words(admin, "connect-" + names.get(i));
                if (target.path("state").asText().isEmpty() && !words.isEmpty()) {
                    target.put("state", words);
                }
            }
        }
    }

    /** Returns what the target's task wrote beside its offsets: the same for all partitions. */
    private static String words(Admin admin, String group) throws InterruptedException {
        try {
            return admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(6, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .map(OffsetAndMetadata::metadata)
                    .filter(words -> !words.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (ExecutionException | TimeoutException unknown) {
            return "";
        }
    }
}
