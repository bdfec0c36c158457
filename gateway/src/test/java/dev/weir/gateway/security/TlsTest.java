package dev.weir.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.tls.TlsConfig;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the HTTP side, and no plain HTTP by mistake. */
class TlsTest {
    private static final Path FILES = Path.of("src/test/resources/tls");
    private static final int TIMEOUT_MILLIS = 10_000;

    @TempDir
    private Path folder;

    /** Trusts all, so that the test can look at what it is given. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLSocket connect(InetSocketAddress address, String protocol) throws Exception {
        // A context for each connection: no session is resumed, so every handshake shows a certificate.
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        Socket plain = new Socket();
        plain.connect(address, TIMEOUT_MILLIS);
        plain.setSoTimeout(TIMEOUT_MILLIS);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", address.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String subject(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static String health(SSLSocket socket) throws Exception {
        OutputStream out = socket.getOutputStream();
        out.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[4096];
        while (answer.indexOf("}") < 0) {
            int length = in.read(buffer);
            if (length < 0) {
                break;
            }
            answer.append(new String(buffer, 0, length, StandardCharsets.US_ASCII));
        }
        return answer.toString();
    }

    private TlsConfig.Files place(String certificate, String key) throws Exception {
        for (String[] file : new String[][] {{key, "tls.key"}, {certificate, "tls.crt"}}) {
            Path fresh = folder.resolve("fresh");
            Files.copy(FILES.resolve(file[0]), fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, folder.resolve(file[1]), StandardCopyOption.REPLACE_EXISTING);
        }
        return new TlsConfig.Files(folder.resolve("tls.crt"), Optional.of(folder.resolve("tls.key")), "");
    }

    @Test
    @Row("T25")
    void t25ServesTls12And13WithTheDevelopmentCertificateAndNothingOlder() throws Exception {
        TlsConfig development = new TlsConfig.SelfSigned(List.of(InetAddress.getLoopbackAddress()));
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.tls(development))) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = connect(gateway.address(), protocol)) {
                    assertThat(health(socket)).startsWith("HTTP/1.1 200");
                    assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                    assertThat(socket.getSession().getCipherSuite()).matches(".*(GCM|CHACHA20).*");
                    assertThat(subject(socket)).isEqualTo("CN=Weir development");
                }
            }
            for (String old : List.of("TLSv1", "TLSv1.1")) {
                try (SSLSocket socket = connect(gateway.address(), old)) {
                    assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
                }
            }
            String plain = RawHttp.exchange(gateway.address(), "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(plain).doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    @Row("T25")
    void t25ANewCertificateServesNewConnectionsAndOldOnesGoOn() throws Exception {
        TlsConfig.Files files = place("ec-sec1.crt", "ec-sec1.pem");
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.tls(files));
                SSLSocket before = connect(gateway.address(), "TLSv1.3")) {
            assertThat(health(before)).startsWith("HTTP/1.1 200");
            assertThat(subject(before)).isEqualTo("CN=ec-sec1");

            place("rsa-pkcs1.crt", "rsa-pkcs1.pem");

            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> {
                try (SSLSocket after = connect(gateway.address(), "TLSv1.3")) {
                    return health(after).startsWith("HTTP/1.1 200")
                            && subject(after).equals("CN=rsa-pkcs1");
                }
            });
            assertThat(health(before)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @Row("T25")
    void t25ABrokenCertificateIsNotTaken() throws Exception {
        TlsConfig.Files files = place("ec-sec1.crt", "ec-sec1.pem");
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.tls(files))) {
            place("ec-sec1.crt", "rsa-pkcs1.pem");
            long until = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
            do {
                try (SSLSocket socket = connect(gateway.address(), "TLSv1.2")) {
                    assertThat(health(socket)).startsWith("HTTP/1.1 200");
                    assertThat(subject(socket)).isEqualTo("CN=ec-sec1");
                }
            } while (System.nanoTime() - until < 0);
        }
    }

    @Test
    @Row({"W48", "T25"})
    void w48T25PlainHttpBeyondLoopbackNeedsASwitch() {
        ServerConfig.Builder everywhere = ServerConfig.builder().bindAddress("0.0.0.0", 0);
        ServerConfig.Builder operators =
                ServerConfig.builder().bindAddress("127.0.0.1", 0).adminAddress(new InetSocketAddress("0.0.0.0", 0));

        assertThatThrownBy(everywhere::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http.tls")
                .hasMessageContaining("self-signed")
                .hasMessageContaining("http.allow-plain");
        assertThatThrownBy(operators::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http.admin-address");
        assertThat(everywhere.allowPlainHttp(true).build().http().tls()).isEmpty();
        assertThat(ServerConfig.builder()
                        .bindAddress("0.0.0.0", 0)
                        .tls(new TlsConfig.SelfSigned(List.of()))
                        .build()
                        .http()
                        .tls())
                .isPresent();
        assertThat(ServerConfig.builder().bindAddress("::1", 0).build().http().tls())
                .isEmpty();
    }
}
