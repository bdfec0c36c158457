package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are too large, and requests that never end. */
class LimitsTest {
    @Row("W51")
    @Test
    void w51BodiesBeyondTheirLimitsAreRefusedWith413WhetherTheirLengthIsToldOrNot() throws Exception {
        try (Served gateway = Served.start()) {
            String session = gateway.publish("show");
            byte[] offer = new byte[64 * 1024 + 1];
            byte[] fragment = new byte[16 * 1024 + 1];

            for (byte[] body : List.of(offer, fragment)) {
                HttpRequest.Builder request = body == offer
                        ? gateway.request("/whip/other").header("Content-Type", "application/sdp")
                        : gateway.request(session).header("Content-Type", "application/trickle-ice-sdpfrag");
                String method = body == offer ? "POST" : "PATCH";
                for (HttpRequest.BodyPublisher publisher : List.of(
                        BodyPublishers.ofByteArray(body),
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
                    HttpResponse<String> response = gateway.send(request.method(method, publisher));

                    assertThat(response.statusCode()).isEqualTo(413);
                    assertThat(json(response).get("code").asText()).isEqualTo("body-too-large");
                }
            }
            String comments = "a=x:" + "y".repeat(1000) + "\r\n";
            String large = Served.offer(Served.CHROMIUM) + comments.repeat(40);
            assertThat(large.length()).isBetween(40_000, 64 * 1024);
            assertThat(gateway.post("/whip/large", large).statusCode()).isEqualTo(201);
        }
    }

    @Row("W51")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nContent-Length: 1000\r\n\r\nv=0",
                "POST /whip/show HTTP/1.1\r\nHost: x\r\nContent-Type: application/sdp\r\nTransfer-Encoding: chunked\r\n\r\n3",
            })
    void w51ARequestThatNeverEndsIsCutOff(String beginning) throws Exception {
        try (Served gateway = Served.start(config -> config.requestTimeout(Duration.ofMillis(300)));
                Socket socket = new Socket("127.0.0.1", gateway.uri("/").getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));

            assertThat(readToEnd(socket)).doesNotContain("201");
            assertThat(gateway.send("GET", "/health").statusCode()).isEqualTo(200);
        }
    }

    private static String readToEnd(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException e) {
            return "reset"; // a closed connection with unread bytes is reset: that is what we wait for, too
        }
    }
}
