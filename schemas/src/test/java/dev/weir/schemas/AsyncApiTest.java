package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.idl.IdlReader;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Makes {@code docs/asyncapi.yaml} (AsyncAPI 3.0) from the IDL, the topic names and the header names. */
class AsyncApiTest {
    private static final Path DOCUMENT = Path.of("../docs/asyncapi.yaml");
    private static final Path MADE = Path.of("target/asyncapi.yaml");

    /** A topic, what its records are, and what its key is. */
    private record Topic(String name, String address, String idl, String type, String key, String summary) {}

    private static final List<Topic> TOPICS = List.of(
            new Topic(
                    "media",
                    Topics.MEDIA,
                    "relay-batch.avdl",
                    "RelayBatch",
                    "stream id",
                    "Consecutive RTP packets of one stream."),
            new Topic(
                    "frames", Topics.FRAMES, "metadata.avdl", "FrameMeta", "stream id", "One frame, without payload."),
            new Topic(
                    "sessions",
                    Topics.SESSIONS,
                    "metadata.avdl",
                    "SessionEvent",
                    "session id",
                    "A step in the life of a publisher or viewer."),
            new Topic(
                    "stats",
                    Topics.STATS,
                    "metadata.avdl",
                    "TrackStats",
                    "session id",
                    "What one track of a session did in an interval."),
            new Topic(
                    "streams",
                    Topics.STREAMS,
                    "metadata.avdl",
                    "StreamState",
                    "stream id",
                    "The catalogue: what a stream is now. Compacted."),
            new Topic(
                    "archive",
                    Topics.ARCHIVE,
                    "metadata.avdl",
                    "ArchiveObject",
                    "stream id",
                    "An object that the archive has committed."),
            new Topic(
                    "restream",
                    Topics.RESTREAM,
                    "metadata.avdl",
                    "RestreamTarget",
                    "stream id, a slash, and the name of the target",
                    "The catalogue of targets: what each does now. Compacted."));

    @Test
    void theDocumentIsMadeFromTheIdl() throws IOException {
        Files.writeString(MADE, yaml(document()));

        assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
                .as("copy schemas/" + MADE + " to docs")
                .isEqualTo(Files.readString(MADE));
    }

    @Test
    void everyTopicIsInIt() throws IllegalAccessException {
        List<String> names = new java.util.ArrayList<>();
        for (var field : Topics.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == String.class) {
                names.add((String) field.get(null));
            }
        }
        assertThat(TOPICS.stream().map(Topic::address)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void everyReferenceLeadsSomewhere() throws IOException {
        Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml(document()));

        List<String> references = references(document);
        assertThat(references).hasSizeGreaterThan(TOPICS.size() * 2);
        for (String reference : references) {
            Object at = document;
            for (String step : reference.substring(2).split("/", -1)) {
                assertThat(at).as(reference).isInstanceOf(Map.class);
                at = Objects.requireNonNull(((Map<?, ?>) at).get(step), reference);
            }
            assertThat(at).as(reference).isNotNull();
        }
    }

    private static List<String> references(Object node) {
        List<String> found = new java.util.ArrayList<>();
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (key.equals("$ref")) {
                    found.add(value.toString());
                } else {
                    found.addAll(references(value));
                }
            });
        } else if (node instanceof List<?> list) {
            list.forEach(item -> found.addAll(references(item)));
        }
        return found;
    }

    private static Map<String, Object> document() throws IOException {
        Map<String, Object> channels = new LinkedHashMap<>();
        Map<String, Object> operations = new LinkedHashMap<>();
        Map<String, Object> messages = new LinkedHashMap<>();
        for (Topic topic : TOPICS) {
            channels.put(
                    topic.name,
                    map(
                            "address",
                            topic.address,
                            "summary",
                            topic.summary,
                            "messages",
                            map(topic.type, reference("components", "messages", topic.type)),
                            "bindings",
                            map("kafka", map("topic", topic.address, "bindingVersion", "0.5.0"))));
            operations.put(
                    "write-" + topic.name,
                    map(
                            "action",
                            "send",
                            "channel",
                            reference("channels", topic.name),
                            "messages",
                            List.of(reference("channels", topic.name, "messages", topic.type))));
            messages.put(topic.type, message(topic));
        }
        return map(
                "asyncapi",
                "3.0.0",
                "info",
                map(
                        "title",
                        "Weir: the log",
                        "version",
                        "1.0.0",
                        "description",
                        "The topics that Weir writes. Values are in Avro single-object encoding (C3 01, the CRC-64-AVRO"
                                + " fingerprint in little-endian order, the Avro binary), or in Confluent's wire format with"
                                + " a schema registry.",
                        "license",
                        map("name", "Apache-2.0")),
                "defaultContentType",
                "application/vnd.apache.avro",
                "channels",
                channels,
                "operations",
                operations,
                "components",
                map("messages", messages));
    }

    private static Map<String, Object> message(Topic topic) throws IOException {
        Schema schema = Objects.requireNonNull(new IdlReader()
                .parse(Path.of("src/main/avro/" + topic.idl))
                .getNamedSchema("dev.weir.schemas." + topic.type));
        Object avro = new Yaml(new SafeConstructor(new LoaderOptions())).load(schema.toString());
        Map<String, Object> message = map(
                "name",
                topic.type,
                "summary",
                topic.summary,
                "contentType",
                "application/vnd.apache.avro",
                "payload",
                map("schemaFormat", "application/vnd.apache.avro;version=1.12.0", "schema", avro),
                "bindings",
                map(
                        "kafka",
                        map(
                                "key",
                                map("type", "string", "description", "The " + topic.key + ", UTF-8."),
                                "bindingVersion",
                                "0.5.0")));
        if (topic.address.equals(Topics.MEDIA)) {
            message.put("headers", mediaHeaders());
        }
        return message;
    }

    private static Map<String, Object> mediaHeaders() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String name : Arrays.asList(LogHeaders.STREAM, LogHeaders.EPOCH, LogHeaders.BATCH)) {
            properties.put(name, map("type", "string"));
        }
        for (String name : Arrays.asList(LogHeaders.KEY_FRAME, LogHeaders.END)) {
            properties.put(name, map("type", "string", "const", "1"));
        }
        properties.put(LogHeaders.RESTORED, map("type", "string"));
        return map(
                "type",
                "object",
                "required",
                List.of(LogHeaders.STREAM, LogHeaders.EPOCH, LogHeaders.BATCH),
                "properties",
                properties);
    }

    private static Map<String, Object> reference(String... steps) {
        return map("$ref", "#/" + String.join("/", steps));
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    private static String yaml(Map<String, Object> document) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(120);
        options.setSplitLines(true);
        options.setAllowUnicode(true);
        return "# Made by schemas' AsyncApiTest from the IDL; do not edit.\n" + new Yaml(options).dump(document);
    }
}
