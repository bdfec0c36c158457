package dev.weir.webrtc.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A TCP relay to a server that can stop reading what the server sends, with small buffers. */
final class SlowDoor implements AutoCloseable {
    private final ServerSocket entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket server = new Socket();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean reads = true;

    SlowDoor(InetSocketAddress to) throws IOException {
        server.setReceiveBufferSize(4_096);
        server.connect(to, 5_000);
        Thread thread = new Thread(this::run, "slow-door");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) entrance.getLocalSocketAddress();
    }

    void stopReading() {
        reads = false;
    }

    private void run() {
        try (Socket client = entrance.accept()) {
            Thread back = new Thread(() -> copy(server, client, true), "slow-door-back");
            back.setDaemon(true);
            back.start();
            copy(client, server, false);
        } catch (IOException e) {
            // closed
            closed.countDown();
        }
    }

    private void copy(Socket from, Socket to, boolean slow) {
        byte[] some = new byte[4_096];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            while (true) {
                if (slow && !reads) {
                    closed.await();
                    return;
                }
                int length = in.read(some);
                if (length < 0) {
                    return;
                }
                out.write(some, 0, length);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // closed
            closed.countDown();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        entrance.close();
        server.close();
    }
}
