package dev.weir.connector.restream.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.LoopbackServer;
import dev.weir.connector.restream.TestCertificate;
import dev.weir.webrtc.client.HttpRequests.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WhipRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder = Path.of("");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Optional<LoopbackServer> running = Optional.empty();

    private int serve(LoopbackServer server) {
        running = Optional.of(server);
        return server.port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " "
                + exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Content-Type") + " " + body);
        exchange.getResponseHeaders().set("Connection", "close");
        switch (exchange.getRequestURI().getPath()) {
            case "/moved" -> {
                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
                exchange.sendResponseHeaders(307, -1);
            }
            case "/huge" -> {
                exchange.sendResponseHeaders(201, 0);
                byte[] part = new byte[64 * 1024];
                for (int i = 0; i < 5; i++) {
                    exchange.getResponseBody().write(part);
                }
            }
            default -> {
                exchange.getResponseHeaders().set("Location", "/session/7");
                byte[] answer = "v=0".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(201, answer.length);
                exchange.getResponseBody().write(answer);
            }
        }
        exchange.close();
    }

    @AfterEach
    void stop() {
        running.ifPresent(LoopbackServer::close);
    }

    private static Answer post(WhipRequests client, String uri) throws IOException {
        return client.send("POST", URI.create(uri), Map.of("Content-Type", "application/sdp"), "offer", PATIENCE);
    }

    /** A name server that first gives a good address, and then one of the inside, reaches nothing with that. */
    @Test
    void eachConnectionGoesToAnAddressThatWasCheckedForIt() throws Exception {
        // given a name that nobody but the guard can look up
        int port = serve(LoopbackServer.plain(this::answer));
        Queue<String> addresses = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
        AddressGuard guard = new AddressGuard(
                List.of("127.0.0.1"), host -> new InetAddress[] {InetAddress.getByName(addresses.remove())});
        String uri = "http://whip.invalid:" + port + "/whip/live";

        try (WhipRequests client = new WhipRequests(new CheckedSockets(guard, Optional.empty()), PATIENCE)) {
            // when
            Answer answer = post(client, uri);

            // then
            assertThat(answer).isEqualTo(new Answer(201, URI.create(uri), "/session/7", "v=0"));
            assertThat(requests).containsExactly("POST whip.invalid:" + port + "/whip/live application/sdp offer");
            assertThatThrownBy(() -> post(client, uri))
                    .isInstanceOf(IOException.class)
                    .hasMessage("whip.invalid is 127.0.0.2, which is not on the public internet:"
                            + " permit it by restream.allow");
        }
        assertThat(requests).hasSize(1);
        assertThat(addresses).isEmpty();
    }

    @Test
    void certificatesAndHostNamesAreVerified() throws Exception {
        // given
        TestCertificate certificate = TestCertificate.selfSigned(folder);
        int port = serve(LoopbackServer.tls(certificate, this::answer));
        AddressGuard guard =
                new AddressGuard(List.of("127.0.0.1"), host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
        CheckedSockets trusting = new CheckedSockets(guard, Optional.of(certificate.authorities()));

        // when, then
        try (WhipRequests untrusted = new WhipRequests(new CheckedSockets(guard, Optional.empty()), PATIENCE)) {
            assertThatThrownBy(() -> post(untrusted, "https://localhost:" + port + "/whip/live"))
                    .hasMessageContaining("certification path");
        }
        try (WhipRequests client = new WhipRequests(trusting, PATIENCE)) {
            assertThatThrownBy(() -> post(client, "https://whip.invalid:" + port + "/whip/live"))
                    .hasMessageContaining("subject alternative names");
            assertThat(requests).isEmpty();
            assertThat(post(client, "https://localhost:" + port + "/whip/live").status())
                    .isEqualTo(201);
        }
    }

    @Test
    void aServerSendsNobodyElsewhereAndFillsNoMemory() throws Exception {
        int port = serve(LoopbackServer.plain(this::answer));
        CheckedSockets sockets = new CheckedSockets(new AddressGuard(List.of("127.0.0.1")), Optional.empty());
        try (WhipRequests client = new WhipRequests(sockets, PATIENCE)) {
            assertThat(post(client, "http://127.0.0.1:" + port + "/moved").status())
                    .isEqualTo(307);
            assertThatThrownBy(() -> post(client, "http://127.0.0.1:" + port + "/huge"))
                    .hasMessageContaining("larger than 262144 bytes");
        }
        assertThat(requests).hasSize(2);
    }
}
