package dev.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A body that nobody wants does not cost its connection, whenever it comes. */
@SuppressWarnings("NullAway.Init") // Set before each test.
class RefusedBodyTest {
    private static final String BODY = "v=0\r\n".repeat(1_600);
    private static final int TIMEOUT_MILLIS = 10_000;

    private Listeners listeners;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws Exception {
        listeners = new Listeners(new ConnectionCap(ConnectionConfig.DEFAULT), 2);
        HttpHandler refuses = exchange -> exchange.dispatch((HttpHandler) RefusedBodyTest::refuse);
        address = listeners.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                new Guard(refuses, Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() {
        listeners.close();
    }

    private static void refuse(HttpServerExchange exchange) {
        if (exchange.getRequestPath().equals("/interrupted")) {
            Thread.currentThread().interrupt();
        }
        Problem.FORBIDDEN.send(exchange, "no");
    }

    @Test
    void theNextRequestIsAnsweredWhenTheBodyComesInPiecesAfterTheAnswer() throws Exception {
        try (Socket socket = connect()) {
            write(socket, head("/"));
            assertThat(status(socket)).isEqualTo(403);
            write(socket, BODY.substring(0, 3_000));
            write(socket, BODY.substring(3_000) + head("/"));
            assertThat(status(socket)).isEqualTo(403);
            write(socket, BODY + "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(status(socket)).isEqualTo(403);
        }
    }

    /**
     * XNIO discards bodies into one /dev/null of the whole process, which the interrupt of a thread that does so closes for
     * all: after that every refused body closed its connection, and the client's next request on it was reset.
     */
    @Test
    void anInterruptedThreadDoesNotSpoilTheConnectionsOfOthers() throws Exception {
        try (Socket socket = connect()) {
            write(socket, head("/interrupted") + BODY);
            assertThat(status(socket)).isEqualTo(403);
        }

        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                write(socket, head("/") + BODY);
                assertThat(status(socket)).as("request %d", i).isEqualTo(403);
            }
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static String head(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY.length() + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads one answer whole; returns its status, 0 when the connection ended instead. */
    private static int status(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return 0;
            }
            head.append((char) next);
        }
        String length = head.substring(head.indexOf("Content-Length: ") + 16);
        byte[] unused = in.readNBytes(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
        return Integer.parseInt(head.substring(9, 12));
    }
}
