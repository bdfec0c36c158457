package dev.weir.gateway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes over HTTP is answered, or the connection is closed; it is never an error of ours. */
class HttpFuzzTest {
    private static final int TIMEOUT_MILLIS = 20_000;

    // Assigned by start().
    @SuppressWarnings("NullAway.Init")
    private static ClientGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        gateway = ClientGateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static Stream<byte[]> requests() throws IOException {
        String fragment = """
                a=ice-ufrag:abcd
                a=ice-pwd:abcdefghijklmnopqrstuv
                a=candidate:1 1 udp 1 127.0.0.1 9 typ host
                """;
        String trickle = "Content-Type: application/trickle-ice-sdpfrag\r\n";
        return Stream.of(
                        request(
                                "POST /whip/x",
                                "Content-Type: application/sdp\r\n",
                                ClientGateway.offer("ffmpeg-8.1.2-whip")),
                        request("POST /whep/x?a=b", "Content-Type: application/sdp; charset=utf-8\r\n", "v=0\r\n"),
                        request("PATCH /session/abc", trickle + "If-Match: \"a\", W/\"b\"\r\n", fragment),
                        request("PATCH /session/abc", trickle + "If-Match: *\r\nAuthorization: Bearer x\r\n", fragment),
                        request("DELETE /session/abc", "If-Match: \"x\"\r\n", ""),
                        request("OPTIONS /whip/x", "Origin: null\r\nAccess-Control-Request-Method: POST\r\n", ""),
                        request("GET /streams/%41%zz/../x", "Accept: */*\r\nRange: bytes=0-\r\n", ""),
                        request("GET /metrics", "Accept: text/plain\r\n", ""))
                .map(request -> request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String request(String line, String headers, String body) {
        return line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    @SuppressWarnings("try") // The permission only has to last.
    @MethodSource("requests")
    @FuzzTest(maxDuration = "1m")
    void everyRequestIsAnsweredOrCutOff(byte[] request) throws IOException {
        int ours = gateway.port();
        String answer;
        // Jazzer takes connections for findings; this one is meant. Its detectors are there from the test on only.
        try (SilentCloseable permission = BugDetectors.allowNetworkConnections((host, port) -> port == ours);
                Socket socket = new Socket("127.0.0.1", ours)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
        } catch (SocketException e) {
            // Closed with bytes of ours unread, which TCP tells as a reset.
            answer = "";
        }
        if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.").doesNotEndWith(" 500");
        }
    }
}
