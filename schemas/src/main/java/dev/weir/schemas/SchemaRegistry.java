package dev.weir.schemas;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks to a schema registry with the REST interface of Confluent's, which Apicurio ({@code /apis/ccompat/v7}) and others
 * serve too. Blocks; any thread.
 */
public final class SchemaRegistry {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*([0-9]{1,10})");

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

    /** Returns the id of {@code schema} under {@code subject}, empty when the registry does not have it. */
    public OptionalInt idOf(String subject, String schema) throws IOException, InterruptedException {
        String path = "/subjects/" + encode(subject);
        HttpResponse<String> response = post(path, schema);
        return response.statusCode() == NOT_FOUND ? OptionalInt.empty() : OptionalInt.of(id(path, response));
    }

    private HttpResponse<String> post(String path, String schema) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .header("Accept", "application/vnd.schemaregistry.v1+json, application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":" + quoted(schema) + "}"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int id(String path, HttpResponse<String> response) throws IOException {
        Matcher id = ID.matcher(response.body());
        if (response.statusCode() != 200 || !id.find()) {
            throw new IOException("the schema registry answers " + path + " with " + response.statusCode() + ": "
                    + response.body().substring(0, Math.min(300, response.body().length())));
        }
        return (int) Long.parseLong(id.group(1));
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 100).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> out.append(c < 0x20 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return out.append('"').toString();
    }
}
