package dev.weir.connector.restream;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An HTTP server on a free port of the loopback address. */
public final class LoopbackServer implements AutoCloseable {
    private final HttpServer server;

    private LoopbackServer(HttpServer server, HttpHandler handler) {
        this.server = server;
        server.createContext("/", handler);
        server.start();
    }

    /** Starts one whose requests {@code handler} answers. */
    public static LoopbackServer plain(HttpHandler handler) throws IOException {
        return new LoopbackServer(HttpServer.create(loopback(), 0), handler);
    }

    /** Starts one with TLS. */
    public static LoopbackServer tls(TestCertificate certificate, HttpHandler handler) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        return new LoopbackServer(server, handler);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Returns its port. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
