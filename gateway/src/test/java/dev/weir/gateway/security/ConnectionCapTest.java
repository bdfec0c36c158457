package dev.weir.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.http.ConnectionConfig;
import dev.weir.gateway.tls.TlsConfig;
import dev.weir.webrtc.address.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One client cannot take all connections; loopback is many addresses, so that it can be several clients. */
class ConnectionCapTest {
    private static final int CAP = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static SecuredGateway start(boolean secure, String... exempt) throws IOException {
        List<Cidr> uncounted = List.of(exempt).stream().map(Cidr::parse).toList();
        return SecuredGateway.start(builder -> {
            builder.connections(new ConnectionConfig(CAP, uncounted));
            return secure ? builder.tls(new TlsConfig.SelfSigned(List.of())) : builder;
        });
    }

    private static Socket connect(SecuredGateway gateway, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(gateway.address(), 20_000);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Returns whether the gateway has closed the connection, without waiting for what it might say. */
    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(50);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String get(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[12];
        int length = socket.getInputStream().readNBytes(answer, 0, answer.length);
        return new String(answer, 0, length, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("T07")
    void t07ConnectionsOfOneAddressAreCappedBeforeTheySayAnything(boolean secure) throws Exception {
        List<Socket> held = new ArrayList<>();
        try (SecuredGateway gateway = start(secure)) {
            for (int i = 0; i <= CAP; i++) {
                held.add(connect(gateway, "127.0.0.2"));
            }
            // Several threads accept, so it need not be the last.
            await().atMost(PATIENCE)
                    .until(() ->
                            held.stream().filter(ConnectionCapTest::isClosed).count() == 1);
            held.removeIf(ConnectionCapTest::isClosed);
            Socket other = connect(gateway, "127.0.0.3");
            held.add(other);
            if (!secure) {
                assertThat(get(other)).as("others are served").isEqualTo("HTTP/1.1 200");
                assertThat(get(held.get(0))).as("those before it are kept").isEqualTo("HTTP/1.1 200");
                String metrics = gateway.send("GET", "/metrics", "").body();
                assertThat(metrics).contains("weir_http_connections_refused_total 1");
            }
            held.get(1).close();

            await().atMost(PATIENCE).until(() -> {
                Socket next = connect(gateway, "127.0.0.2");
                held.add(next);
                return !isClosed(next);
            });
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void whoIsExemptMayHaveAny() throws Exception {
        List<Socket> held = new ArrayList<>();
        try (SecuredGateway gateway = start(false, "127.0.0.2/32")) {
            for (int i = 0; i < 3 * CAP; i++) {
                held.add(connect(gateway, "127.0.0.2"));
            }
            for (Socket socket : held) {
                assertThat(get(socket)).isEqualTo("HTTP/1.1 200");
            }
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }
}
