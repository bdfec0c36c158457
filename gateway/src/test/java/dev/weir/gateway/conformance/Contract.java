package dev.weir.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The OpenAPI document that the gateway serves, to which every answer is held: status, headers, type and JSON. */
final class Contract {
    private final JsonNode document;

    private Contract(JsonNode document) {
        this.document = document;
    }

    static Contract parse(String json) throws IOException {
        return new Contract(new ObjectMapper().readTree(json));
    }

    /** Fails when the answer is none that the document promises. */
    void check(HttpResponse<String> response) throws IOException {
        String method = response.request().method();
        String path = response.request().uri().getPath();
        String told = method + " " + path + " " + response.statusCode();
        JsonNode operations = operations(path);
        if (method.equals("OPTIONS")) {
            assertThat(response.body()).as(told).isEmpty();
            return;
        }
        JsonNode operation = operations.path(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT));
        if (operation.isMissingNode()) {
            assertThat(response.statusCode()).as(told).isIn(404, 405);
            checkBody(told, response, resolve(document.at("/components/responses/Problem")));
            return;
        }
        JsonNode promised = operation.path("responses").path(String.valueOf(response.statusCode()));
        assertThat(promised.isMissingNode())
                .as(told + " is not in the document")
                .isFalse();
        checkHeaders(told, response, resolve(promised));
        if (method.equals("HEAD")) {
            assertThat(response.body()).as(told).isEmpty();
        } else {
            checkBody(told, response, resolve(promised));
        }
    }

    private JsonNode operations(String path) {
        String asked = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (Map.Entry<String, JsonNode> entry : document.path("paths").properties()) {
            if (asked.matches(entry.getKey().replaceAll("\\{[^}]*}", "[^/]+").replace(".", "\\."))) {
                return entry.getValue();
            }
        }
        return document.path("none");
    }

    private void checkHeaders(String told, HttpResponse<?> response, JsonNode promised) {
        for (Map.Entry<String, JsonNode> entry : promised.path("headers").properties()) {
            JsonNode header = resolve(entry.getValue());
            List<String> values = response.headers().allValues(entry.getKey());
            if (header.path("required").asBoolean()) {
                assertThat(values).as(told + " " + entry.getKey()).isNotEmpty();
            }
            for (String value : values) {
                assertThat(value)
                        .as(told + " " + entry.getKey())
                        .containsPattern(header.path("schema").path("pattern").asText(""));
            }
        }
    }

    private void checkBody(String told, HttpResponse<String> response, JsonNode promised) throws IOException {
        if (response.body().isEmpty()) {
            return;
        }
        String type = Served.header(response, "content-type").replaceAll(";.*", "");
        JsonNode media = promised.path("content").path(type);
        assertThat(media.isMissingNode())
                .as(told + " " + type + " is not in the document")
                .isFalse();
        if (type.endsWith("json")) {
            List<String> faults = new ArrayList<>();
            compare("", media.path("schema"), new ObjectMapper().readTree(response.body()), faults);
            assertThat(faults).as(told).isEmpty();
        }
    }

    /** Notes what of {@code value} the schema does not promise. */
    private void compare(String at, JsonNode schemaOrReference, JsonNode value, List<String> faults) {
        JsonNode schema = resolve(schemaOrReference);
        String type = schema.path("type").asText();
        boolean fits = switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> false;
        };
        if (!fits) {
            faults.add(at + " is no " + type);
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            faults.add(at + " is none of the values: " + value);
        }
        for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
            compare(at + "[]", schema.path("items"), item, faults);
        }
        if (value.isObject()) {
            compareProperties(at, schema, value, faults);
        }
    }

    private void compareProperties(String at, JsonNode schema, JsonNode value, List<String> faults) {
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                faults.add(at + "." + name.asText() + " is missing");
            }
        }
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            JsonNode known = schema.path("properties").path(property.getKey());
            if (!known.isMissingNode()) {
                compare(at + "." + property.getKey(), known, property.getValue(), faults);
            } else if (!schema.has("additionalProperties")) {
                faults.add(at + "." + property.getKey() + " is not in the document");
            }
        }
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
