package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.metrics.Meters;
import dev.weir.gateway.relay.MediaRelay;
import dev.weir.gateway.session.IceServers;
import dev.weir.gateway.session.SessionConfig;
import dev.weir.gateway.session.Sessions;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The document says what the code does, neither less nor more. What answers look like, the conformance tests compare. */
class OpenApiTest {
    private final JsonNode document = new ObjectMapper().valueToTree(OpenApi.document());

    @Test
    void everyRouteAndMethodIsDescribedAndNoOther() {
        Map<String, Set<String>> described = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            Set<String> methods = described.computeIfAbsent(path.getKey(), absent -> new TreeSet<>());
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (!method.getKey().equals("parameters")) {
                    methods.add(method.getKey().toUpperCase(Locale.ROOT));
                }
            }
        }
        Map<String, Set<String>> served = new TreeMap<>();
        for (Route route : routes()) {
            Set<String> methods = new TreeSet<>(route.methods());
            methods.removeAll(Set.of("HEAD", "OPTIONS"));
            served.put(route.template(), methods);
        }

        assertThat(described).isEqualTo(served);
    }

    private static List<Route> routes() {
        try (Meters meters = new Meters();
                EventLoopGroup loops =
                        new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))))) {
            MediaRelay relay = new MediaRelay();
            Sessions sessions = new Sessions(SessionConfig.DEFAULT, relay, loops, meters);
            Backend backend =
                    new Backend(sessions, relay, IceServers.NONE, () -> "", () -> Health.OK, stream -> List.of());
            return new Api(WhipConfig.DEFAULT, backend).routes();
        }
    }

    @Test
    void everyProblemIsDescribedAndNoOther() {
        List<String> described = new ArrayList<>();
        document.at("/components/schemas/Problem/properties/code/enum").forEach(code -> described.add(code.asText()));

        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Problem.values()).map(Problem::code).toList());
    }

    @Test
    void theDocumentIsWhole() {
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        Set<String> names = new HashSet<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            Set<String> parameters = new HashSet<>();
            path.getValue()
                    .path("parameters")
                    .forEach(parameter ->
                            parameters.add(resolve(parameter).path("name").asText()));
            Set<String> variables = new HashSet<>();
            for (String segment : path.getKey().split("/", -1)) {
                if (segment.startsWith("{")) {
                    variables.add(segment.substring(1, segment.length() - 1));
                }
            }
            assertThat(parameters).as(path.getKey()).isEqualTo(variables);
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (!method.getKey().equals("parameters")) {
                    assertThat(names.add(method.getValue().path("operationId").asText()))
                            .as(method.getKey() + " " + path.getKey())
                            .isTrue();
                    assertThat(method.getValue().path("summary").asText()).isNotBlank();
                }
            }
        }
        assertReferencesResolve(document);
    }

    private void assertReferencesResolve(JsonNode node) {
        if (node.has("$ref")) {
            assertThat(resolve(node).isMissingNode()).as(node.toString()).isFalse();
        }
        node.forEach(this::assertReferencesResolve);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
