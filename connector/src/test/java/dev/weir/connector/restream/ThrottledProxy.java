package dev.weir.connector.restream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A TCP connection in between that takes only so many bytes per second from the sender. */
final class ThrottledProxy implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 8_192;
    private static final int PIECES_PER_SECOND = 10;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile int bytesPerSecond;

    /** Listens with {@code server}, which may speak TLS, and hands on to a port of loopback. */
    ThrottledProxy(ServerSocket server, int target, int bytesPerSecond) throws IOException {
        this.server = server;
        this.target = target;
        this.bytesPerSecond = bytesPerSecond;
        server.setReceiveBufferSize(RECEIVE_BUFFER);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void limit(int bytes) {
        bytesPerSecond = bytes;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket inside = server.accept();
                Socket outside = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(inside, outside));
                start(() -> copy(inside, outside, true));
                start(() -> copy(outside, inside, false));
            }
        } catch (IOException closed) {
            close();
        }
    }

    private void copy(Socket from, Socket to, boolean throttled) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            do {
                int most = throttled ? Math.min(buffer.length, bytesPerSecond / PIECES_PER_SECOND) : buffer.length;
                read = in.read(buffer, 0, most);
                if (read > 0) {
                    out.write(buffer, 0, read);
                }
                if (throttled && bytesPerSecond < 1 << 20) {
                    LockSupport.parkNanos(1_000_000_000L / PIECES_PER_SECOND);
                }
            } while (read >= 0);
            from.close();
            to.close();
        } catch (IOException ended) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception closed) {
            throw new IllegalStateException(closed);
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        sockets.forEach(ThrottledProxy::closeQuietly);
    }
}
