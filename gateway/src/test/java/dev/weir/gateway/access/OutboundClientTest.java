package dev.weir.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.tls.TlsConfig;
import dev.weir.gateway.tls.TlsContext;
import dev.weir.webrtc.address.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's own requests, against servers that mean no good. */
@Timeout(60)
class OutboundClientTest {
    private static final Duration TIMEOUT = Duration.ofMillis(800);
    private static final OutboundPolicy LOOPBACK = new OutboundPolicy(List.of(Cidr.parse("127.0.0.0/8")));

    private final OutboundClient client = new OutboundClient(LOOPBACK);

    /** Says {@code script} to whoever connects; each {@code ~} is a pause of 100 ms. */
    private static final class Speaker implements AutoCloseable {
        final AtomicInteger connections = new AtomicInteger();
        private final ServerSocket server;

        Speaker(String script) throws IOException {
            server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
            Thread thread = new Thread(() -> serve(script), "speaker");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(String script) {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    connections.incrementAndGet();
                    readHead(socket.getInputStream());
                    OutputStream out = socket.getOutputStream();
                    for (String part : script.split("~", -1)) {
                        out.write(part.getBytes(StandardCharsets.ISO_8859_1));
                        out.flush();
                        Thread.sleep(script.contains("~") ? 100 : 0);
                    }
                } catch (IOException e) {
                    // The client went away, or the test is over.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static void readHead(InputStream in) throws IOException {
            int ends = 0;
            for (int b = in.read(); b >= 0 && ends < 2; b = ends < 2 ? in.read() : -1) {
                ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
            }
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys?a=b");
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            })
    void readsEveryFormOfAnAnswer(String script) throws IOException {
        try (Speaker speaker = new Speaker(script)) {
            assertThat(client.get(speaker.uri(), TIMEOUT)).isEqualTo(new OutboundClient.Answer(200, "hello"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            })
    @Row("T08")
    void t08AnAnswerThatIsNoneFails(String script) throws IOException {
        try (Speaker speaker = new Speaker(script)) {
            assertThatThrownBy(() -> client.get(speaker.uri(), TIMEOUT)).isInstanceOf(IOException.class);
        }
    }

    @Test
    @Row("T08")
    void t08AnAnswerIsBoundedInSizeWhateverItSays() throws IOException {
        try (Speaker speaker = new Speaker("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(300_000))) {
            assertThatThrownBy(() -> client.get(speaker.uri(), Duration.ofSeconds(20)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("larger than");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"})
    @Row("T08")
    void t08AnAnswerThatDripsEndsAtTheDeadline(String beginning) throws IOException {
        try (Speaker speaker = new Speaker(beginning + "x~".repeat(200))) {
            long start = System.nanoTime();

            assertThatThrownBy(() -> client.get(speaker.uri(), TIMEOUT))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no answer in time");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    @Row("T08")
    void t08ARedirectIsNotFollowed() throws IOException {
        try (Speaker target = new Speaker("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                Speaker speaker =
                        new Speaker("HTTP/1.1 307 Go\r\nLocation: " + target.uri() + "\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(client.get(speaker.uri(), TIMEOUT).status()).isEqualTo(307);
            assertThat(target.connections.get()).isZero();
        }
    }

    @Test
    @Row("T08")
    void t08PlainHttpGoesNowhereButWhereTheOperatorSays() throws IOException {
        try (Speaker speaker = new Speaker("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
            OutboundClient elsewhere = new OutboundClient(new OutboundPolicy(List.of(Cidr.parse("10.0.0.0/8"))));

            assertThatThrownBy(() -> elsewhere.get(speaker.uri(), TIMEOUT)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.get(URI.create("http://8.8.8.8/"), TIMEOUT))
                    .hasMessageContaining("use https");
            assertThat(speaker.connections.get()).isZero();
        }
    }

    @Test
    @Row("T08")
    void t08TheServerMustShowATrustedCertificateOfItsName() throws Exception {
        TlsContext identity = TlsContext.of(new TlsConfig.SelfSigned(List.of(InetAddress.getByName("127.0.0.1"))));
        HttpsServer server = HttpsServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.sslContext()));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        try {
            int port = server.getAddress().getPort();
            OutboundClient trusting = new OutboundClient(LOOPBACK, trusting(identity));
            Duration patience = Duration.ofSeconds(20);

            assertThat(trusting.get(URI.create("https://127.0.0.1:" + port + "/"), patience))
                    .isEqualTo(new OutboundClient.Answer(200, "hello"));
            assertThat(trusting.post(URI.create("https://localhost:" + port), "{}", "s", patience)
                            .status())
                    .isEqualTo(200);
            assertThatThrownBy(() -> trusting.get(URI.create("https://127.0.0.2:" + port + "/"), patience))
                    .as("the certificate is not for this name")
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.get(URI.create("https://127.0.0.1:" + port + "/"), patience))
                    .as("nobody trusts it")
                    .isInstanceOf(IOException.class);
        } finally {
            server.stop(0);
        }
    }

    private static SSLContext trusting(TlsContext identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("it", identity.certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
