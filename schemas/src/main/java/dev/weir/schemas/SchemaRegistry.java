package dev.weir.schemas;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks to a schema registry with the REST interface of Confluent's, which Apicurio ({@code /apis/ccompat/v7}) and others
 * serve too. Blocks; any thread.
 */
public final class SchemaRegistry {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;
    private static final int OK = 200;

    private final String base;
    private final String authorization;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** Takes the address of the interface, for example {@code http://registry:8081}; user and password may stand in it. */
    public SchemaRegistry(URI address) {
        String user = address.getUserInfo();
        String text = address.toString();
        base = (user == null ? text : text.replace(address.getRawUserInfo() + "@", "")).replaceAll("/+$", "");
        authorization = user == null
                ? ""
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the subject of a topic's values, as registries name it by default. */
    public static String subjectOf(String topic) {
        return topic + "-value";
    }

    /** Makes {@code schema}, Avro in JSON, known under {@code subject} and returns its id; the same one every time. */
    public int register(String subject, String schema) throws IOException, InterruptedException {
        String path = "/subjects/" + encode(subject) + "/versions";
        return id(path, post(path, schema));
    }

    /** Returns the schema with this id, Avro in JSON; empty when the registry does not have it. */
    public Optional<String> schemaOf(int id) throws IOException, InterruptedException {
        String path = "/schemas/ids/" + Integer.toUnsignedString(id);
        HttpResponse<String> response = client.send(request(path).GET().build(), BodyHandlers.ofString());
        if (response.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        if (!(member(path, response, "schema") instanceof String schema)) {
            throw unexpected(path, response);
        }
        return Optional.of(schema);
    }

    private HttpResponse<String> post(String path, String schema) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":" + Json.quoted(schema) + "}"))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    private static int id(String path, HttpResponse<String> response) throws IOException {
        if (!(member(path, response, "id") instanceof Json.Numeral id)
                || !id.digits().matches("[0-9]{1,10}")) {
            throw unexpected(path, response);
        }
        return (int) Long.parseLong(id.digits());
    }

    private static Object member(String path, HttpResponse<String> response, String name) throws IOException {
        try {
            if (response.statusCode() == OK && Json.parse(response.body()) instanceof Map<?, ?> answer) {
                return answer.containsKey(name) ? answer.get(name) : Json.NULL;
            }
        } catch (IllegalArgumentException e) {
            throw (IOException) unexpected(path, response).initCause(e);
        }
        throw unexpected(path, response);
    }

    private static IOException unexpected(String path, HttpResponse<String> response) {
        return new IOException("the schema registry answers " + path + " with " + response.statusCode() + ": "
                + response.body().substring(0, Math.min(300, response.body().length())));
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
