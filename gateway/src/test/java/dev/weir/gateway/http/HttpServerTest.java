package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.access.Gate;
import dev.weir.gateway.relay.RelayPacket;
import dev.weir.gateway.session.IceServers;
import dev.weir.webrtc.rtp.MediaKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void listsLiveStreamsWithTheirFigures() throws Exception {
        gateway.publish("show", "VP8");
        gateway.relay.createStream("idle");
        gateway.relay.subscribe("show");
        gateway.relay.publish(
                "show",
                RelayPacket.builder(MediaKind.VIDEO).payload(new byte[100]).build());

        JsonNode list = json(gateway.send("GET", "/streams"));
        JsonNode one = json(gateway.send("GET", "/streams/show"));

        assertThat(list.get("streams")).hasSize(1);
        assertThat(list.get("streams").get(0)).isEqualTo(one);
        assertThat(one.get("id").asText()).isEqualTo("show");
        assertThat(one.get("live").asBoolean()).isTrue();
        assertThat(one.get("codecs").toString()).isEqualTo("[\"VP8\",\"OPUS\"]");
        assertThat(one.get("tracks").get(0).get("trackId").asText()).isEqualTo("video");
        assertThat(one.get("subscriberCount").asInt()).isEqualTo(1);
        assertThat(one.get("packetsForwarded").asLong()).isEqualTo(1);
        assertThat(one.get("bytesForwarded").asLong()).isEqualTo(100);
        assertThat(one.get("loss").asDouble()).isZero();
        assertThat(one.has("bitrateBps")).isTrue();
        assertThat(json(gateway.send("GET", "/streams/idle")).get("live").asBoolean())
                .isFalse();
        assertThat(gateway.send("GET", "/streams/none").statusCode()).isEqualTo(404);
    }

    @Test
    void servesMetricsForPrometheus() throws Exception {
        HttpResponse<String> response = gateway.send("GET", "/metrics");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(response.body()).contains("# TYPE weir_");
    }

    @Test
    void tellsItsHealth() throws Exception {
        assertThat(gateway.send("GET", "/health").body()).isEqualTo("{\"status\":\"ok\",\"checks\":{}}");
        Health degraded = new Health(true, Map.of("kafka", "unreachable"));
        try (TestGateway other = new TestGateway(1, Duration.ofSeconds(10), () -> degraded)) {
            HttpResponse<String> response = other.send("GET", "/health");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"status\":\"degraded\",\"checks\":{\"kafka\":\"unreachable\"}}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/publish, text/html",
        "/publish/show, text/html",
        "/play/show, text/html",
        "/docs, text/html",
        "/assets/docs.js, text/javascript",
        "/assets/weir.css, text/css",
        "/assets/uPlot.iife.min.js, text/javascript",
        "/assets/uPlot.LICENSE.txt, text/plain",
    })
    void servesThePagesWithoutAnyOtherHost(String path, String type) throws Exception {
        HttpResponse<String> response = gateway.send("GET", path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'self'");
        if (type.equals("text/html")) {
            assertThat(response.body()).doesNotContain("http://", "https://");
        }
    }

    @Test
    void sparesTheBrowserAPageThatItHas() throws Exception {
        String etag = gateway.send("GET", "/").headers().firstValue("etag").orElseThrow();

        HttpResponse<String> again = gateway.send(gateway.request("/").header("If-None-Match", etag));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/assets/none.js",
                "/assets/index.html",
                "/assets/../config/weir.yaml",
                "/assets/%2e%2e/config/weir.yaml",
                "/play",
                "/play/a%2Fb",
                "/publish/a/b",
                "/health/x",
            })
    void saysThatThereIsNothing(String path) throws Exception {
        HttpResponse<String> response = gateway.send("GET", path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource({"PUT, /whip/show", "DELETE, /streams", "POST, /health", "POST, /", "PUT, /session/x"})
    void saysWhichMethodsThereAre(String method, String path) throws Exception {
        HttpResponse<String> response = gateway.send(method, path);

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow").orElse("")).contains("GET");
    }

    @Test
    void refusesALargeBodyWhetherItsLengthIsToldOrNot_W51() throws Exception {
        byte[] large = "x".repeat(70_000).getBytes(StandardCharsets.UTF_8);

        HttpResponse<String> told = gateway.send(gateway.request("/whip/show")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofByteArray(large)));
        HttpResponse<String> chunked = gateway.send(gateway.request("/whip/show")
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("\"code\":\"body-too-large\"");
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void hidesAFailureFromTheUser() throws Exception {
        try (TestGateway broken = new TestGateway(1, Duration.ofSeconds(10), () -> {
            throw new IllegalStateException("secret inner state");
        })) {
            HttpResponse<String> response = broken.send("GET", "/health");

            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body())
                    .contains("\"code\":\"internal\"")
                    .doesNotContain("secret", "Exception", "\tat ");
        }
    }

    /** A client that drips header or body holds a connection for the deadline at most, and no thread. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 1000\r\n\r\nv=0",
                "POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nv=0\r\n",
            })
    void dropsARequestThatNeverEnds_W51(String beginning) throws Exception {
        try (TestGateway strict = new TestGateway(1, Duration.ofMillis(300), () -> Health.OK);
                Socket socket = new Socket("127.0.0.1", strict.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));

            assertThat(readToEnd(socket)).doesNotContain("201");
            assertThat(strict.send("GET", "/health").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u0016\u0003\u0001 TLS please\r\n\r\n"})
    void survivesWhatIsNotHttp(String noise) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", gateway.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(noise.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();

            assertThat(readToEnd(socket)).doesNotContain("Exception");
        }
        assertThat(gateway.send("GET", "/health").statusCode()).isEqualTo(200);
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            int port = taken.getLocalPort();
            HttpConfig config = HttpConfig.of(new InetSocketAddress("127.0.0.1", port));
            HttpServer server = new HttpServer(
                    config,
                    Gate.open(),
                    WhipConfig.DEFAULT,
                    new Backend(
                            gateway.sessions,
                            gateway.relay,
                            IceServers.NONE,
                            () -> "",
                            () -> Health.OK,
                            stream -> List.of()));

            assertThatThrownBy(server::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("HTTP cannot listen on 127.0.0.1:" + port)
                    .hasMessageContaining("in use")
                    .hasMessageContaining("--http");
            server.close();
        }
    }

    private static String readToEnd(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "reset"; // a closed connection with unread bytes is reset: that is what we wait for, too
        }
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        return new ObjectMapper().readTree(response.body());
    }
}
