package dev.weir.connector.restream.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.weir.connector.restream.AddressGuard;
import dev.weir.connector.restream.CheckedSockets;
import dev.weir.connector.restream.LoopbackServer;
import dev.weir.connector.restream.TargetUrl;
import dev.weir.connector.restream.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HlsUploadTest {
    @TempDir
    Path folder = Path.of("");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private Optional<LoopbackServer> running = Optional.empty();

    private int serve(LoopbackServer server) {
        running = Optional.of(server);
        return server.port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " "
                + exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(201, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        running.ifPresent(LoopbackServer::close);
    }

    private static void put(HlsUpload upload) throws IOException {
        upload.put("live-1.m4s", "video/mp4", ByteBuffer.wrap(new byte[10]));
    }

    /** A name server that first gives a good address, and then one of the inside, reaches nothing with that. */
    @Test
    void eachConnectionGoesToAnAddressThatWasCheckedForIt() throws Exception {
        // given a name that nobody but the guard can look up
        int port = serve(LoopbackServer.plain(this::answer));
        Queue<String> addresses = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
        AddressGuard guard = new AddressGuard(
                List.of("127.0.0.1"), host -> new InetAddress[] {InetAddress.getByName(addresses.remove())});
        TargetUrl url = TargetUrl.parse("hls+http://origin.invalid:" + port + "/live/live.m3u8?key=1");

        try (HlsUpload upload = new HlsUpload(url, new CheckedSockets(guard, Optional.empty()), "")) {
            // when
            put(upload);

            // then
            assertThat(requests).containsExactly("PUT origin.invalid:" + port + "/live/live-1.m4s?key=1");
            assertThatThrownBy(() -> put(upload))
                    .isInstanceOf(IOException.class)
                    .hasMessage("origin.invalid is 127.0.0.2, which is not on the public internet:"
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
        AddressGuard guard = new AddressGuard(List.of("127.0.0.1", "localhost"));
        CheckedSockets trusting = new CheckedSockets(guard, Optional.of(certificate.authorities()));
        TargetUrl named = TargetUrl.parse("hls+https://localhost:" + port + "/live/live.m3u8");
        TargetUrl misnamed = TargetUrl.parse("hls+https://127.0.0.1:" + port + "/live/live.m3u8");

        // when, then
        try (HlsUpload untrusted = new HlsUpload(named, new CheckedSockets(guard, Optional.empty()), "")) {
            assertThatThrownBy(() -> put(untrusted)).hasMessageContaining("certification path");
        }
        try (HlsUpload wrong = new HlsUpload(misnamed, trusting, "")) {
            assertThatThrownBy(() -> put(wrong)).hasMessageContaining("subject alternative names");
        }
        assertThat(requests).isEmpty();
        try (HlsUpload upload = new HlsUpload(named, trusting, "")) {
            put(upload);
        }
        assertThat(requests).hasSize(1);
    }

    @Test
    void aRequestThatNobodyAnswersIsBrokenOff() throws Exception {
        // given a server that takes the connection and stays silent
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TargetUrl url = TargetUrl.parse("hls+http://127.0.0.1:" + silent.getLocalPort() + "/live/live.m3u8");
            CheckedSockets sockets = new CheckedSockets(new AddressGuard(List.of("127.0.0.1")), Optional.empty());
            try (HlsUpload upload = new HlsUpload(url, sockets, "")) {
                CompletableFuture<Void> put = CompletableFuture.runAsync(() -> putUnchecked(upload));
                try (Socket taken = silent.accept()) {
                    assertThat(taken.getInputStream().read()).isEqualTo('P');

                    // when
                    upload.abort();

                    // then
                    assertThat(put)
                            .failsWithin(Duration.ofSeconds(20))
                            .withThrowableOfType(ExecutionException.class)
                            .withStackTraceContaining("broken off");
                }
            }
        }
    }

    private static void putUnchecked(HlsUpload upload) {
        try {
            put(upload);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void nothingIsSentOnceItWasBrokenOff() throws Exception {
        int port = serve(LoopbackServer.plain(this::answer));
        TargetUrl url = TargetUrl.parse("hls+http://127.0.0.1:" + port + "/live/live.m3u8");
        CheckedSockets sockets = new CheckedSockets(new AddressGuard(List.of("127.0.0.1")), Optional.empty());
        try (HlsUpload upload = new HlsUpload(url, sockets, "")) {
            upload.abort();
            assertThatThrownBy(() -> put(upload)).hasMessage("broken off");
        }
        assertThat(requests).isEmpty();
    }
}
