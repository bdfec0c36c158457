package dev.weir.standalone.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Forwards TCP connections to a port of this machine, or swallows what is sent while it is cut, as a dead network does. */
final class CutCable implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Semaphore whole = new Semaphore(Integer.MAX_VALUE);

    CutCable(int target) throws IOException {
        this.target = target;
        server = new ServerSocket(0, 50, InetAddress.getByName(TestBroker.HOST));
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getByName(TestBroker.HOST), target);
                sockets.add(near);
                sockets.add(far);
                threads.execute(() -> forward(near, far));
                threads.execute(() -> forward(far, near));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[65_536];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                whole.acquire();
                whole.release();
                out.write(buffer, 0, length);
            }
        } catch (IOException closed) {
            // Ends with either side.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing gets through from now on; the connections stay, neither side hears of it. */
    void cut() {
        whole.drainPermits();
    }

    /** Connections go on. */
    void mend() {
        whole.release(Integer.MAX_VALUE);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
