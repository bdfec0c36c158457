package dev.weir.standalone.endtoend;

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

/** A TCP hop on loopback that takes 100 kbit/s from a sender and no more, with a small buffer. */
final class SlowHop implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 8_192;
    private static final int PIECE_BYTES = 1_250;
    private static final long PIECE_NANOS = 100_000_000L;

    private final ServerSocket server = new ServerSocket();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final int target;

    /** Hands on to a port of loopback. */
    SlowHop(int target) throws IOException {
        this.target = target;
        server.setReceiveBufferSize(RECEIVE_BUFFER);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "slow-hop");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket sender = server.accept();
                Socket receiver = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(sender, receiver));
                start(() -> copy(sender, receiver, PIECE_NANOS));
                start(() -> copy(receiver, sender, 0));
            }
        } catch (IOException closed) {
            closeQuietly(server);
        }
    }

    private static void copy(Socket from, Socket to, long pauseNanos) {
        byte[] piece = new byte[PIECE_BYTES];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                out.write(piece, 0, read);
                LockSupport.parkNanos(pauseNanos);
            }
        } catch (IOException ended) {
            closeQuietly(from);
        }
    }

    private static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception closed) {
            throw new IllegalStateException(closed);
        }
    }

    @Override
    public void close() {
        closeQuietly(server);
        sockets.forEach(SlowHop::closeQuietly);
    }
}
