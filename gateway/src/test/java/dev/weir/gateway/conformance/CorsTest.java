package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.session.IceServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other origins, and whoever asks by OPTIONS, are told. */
class CorsTest {
    private static Served gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = Served.start(
                config -> config.iceServers(caller -> List.of(IceServer.stun("stun:stun.example.org:3478"))));
        gateway.onAir("live", "VP8");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HttpResponse<String> preflight(String path, String method) throws Exception {
        return gateway.send(gateway.request(path)
                .header("Origin", "https://studio.example.org")
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", "authorization,content-type,if-match")
                .method("OPTIONS", BodyPublishers.noBody()));
    }

    private static Set<String> listed(HttpResponse<?> response, String header) {
        return Stream.of(header(response, header).toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    @Row({"W11", "E12"})
    @ParameterizedTest
    @ValueSource(strings = {"/whip", "/whip/show", "/whep/live", "/session/x"})
    void w11E12APreflightIsAnsweredForEveryOriginAndMethod(String path) throws Exception {
        for (String method : List.of("POST", "PATCH", "DELETE")) {
            HttpResponse<String> response = preflight(path, method);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
            assertThat(listed(response, "access-control-allow-methods")).contains("post", "patch", "delete", "options");
            assertThat(listed(response, "access-control-allow-headers"))
                    .contains("authorization", "content-type", "if-match");
        }
    }

    @Row({"W12", "E12"})
    @ParameterizedTest
    @ValueSource(strings = {"/whip", "/whip/show", "/whep/live", "/session/x"})
    void w12E12OptionsIs200WithAcceptPost(String path) throws Exception {
        for (HttpResponse<String> response : List.of(gateway.send("OPTIONS", path), preflight(path, "POST"))) {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(header(response, "accept-post")).isEqualTo("application/sdp");
        }
    }

    @Row("W13")
    @Test
    void w13ScriptsMayReadTheHeadersThatTheProtocolNeeds() throws Exception {
        HttpResponse<String> created = gateway.send(gateway.request("/whip/w13")
                .header("Origin", "https://studio.example.org")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(Served.offer(Served.CHROMIUM))));
        HttpResponse<String> refused = gateway.send(gateway.request("/whip/w13")
                .header("Origin", "https://studio.example.org")
                .POST(BodyPublishers.noBody()));

        for (HttpResponse<String> response : List.of(created, refused)) {
            assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
            assertThat(listed(response, "access-control-expose-headers"))
                    .contains("location", "etag", "link", "retry-after", "www-authenticate", "accept-post");
        }
    }

    @Row("W42")
    @ParameterizedTest
    @ValueSource(strings = {"/whip/show", "/whep/live"})
    void w42OptionsTellsIceServersButAPreflightDoesNot(String path) throws Exception {
        assertThat(gateway.send("OPTIONS", path).headers().allValues("link"))
                .containsExactly("<stun:stun.example.org:3478>; rel=\"ice-server\"");
        assertThat(preflight(path, "POST").headers().allValues("link")).isEmpty();
    }
}
