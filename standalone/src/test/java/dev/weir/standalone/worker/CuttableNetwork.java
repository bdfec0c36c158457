package dev.weir.standalone.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * TCP between processes of one machine, each pair of which can be cut: a process sees another one at an address that only
 * it uses, where this network listens and passes on. A cut pair loses nothing and is told nothing, as when packets are dropped:
 * bytes wait, connections stay, new ones are taken and stay silent until the cut heals. Thread-safe.
 */
final class CuttableNetwork implements AutoCloseable {
    private static final int PASS_BYTES = 64 * 1024;

    private record Pair(int from, int to) {}

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "cuttable-network");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Pair, Gate> gates = new HashMap<>();
    private final Set<AutoCloseable> sockets = ConcurrentHashMap.newKeySet();

    /** Lets bytes through, or makes them wait. */
    private static final class Gate {
        private boolean open = true;

        synchronized void set(boolean toOpen) {
            open = toOpen;
            notifyAll();
        }

        synchronized void pass() throws InterruptedException {
            while (!open) {
                wait();
            }
        }
    }

    /** Returns the address at which process {@code from} sees process {@code to}. */
    static String address(int from, int to) {
        return "127.77." + from + "." + to;
    }

    /** Passes on what process {@code from} sends to {@code port} of process {@code to}, which listens on 127.0.0.1. */
    void connect(int from, int to, int port) throws IOException {
        Gate gate = gate(from, to);
        ServerSocket server = new ServerSocket();
        sockets.add(server);
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(address(from, to)), port), 200);
        threads.execute(() -> accept(server, port, gate));
    }

    private synchronized Gate gate(int from, int to) {
        return gates.computeIfAbsent(new Pair(from, to), pair -> new Gate());
    }

    private void accept(ServerSocket server, int port, Gate gate) {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                sockets.add(near);
                threads.execute(() -> serve(near, port, gate));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket near, int port, Gate gate) {
        try {
            gate.pass();
            Socket far = new Socket(InetAddress.getByName("127.0.0.1"), port);
            sockets.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            threads.execute(() -> pass(far, near, gate));
            pass(near, far, gate);
        } catch (IOException e) {
            close(near);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(Socket from, Socket to, Gate gate) {
        byte[] buffer = new byte[PASS_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                gate.pass();
                out.write(buffer, 0, read);
            }
            gate.pass();
        } catch (IOException e) {
            // One end is gone, so the other one goes too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close(from);
        close(to);
    }

    private void close(AutoCloseable socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone either way.
        }
    }

    /** Cuts a process off from others, in both directions. */
    void cut(int process, Collection<Integer> others) {
        set(process, others, false);
    }

    /** Heals what {@link #cut} did; what waited arrives. */
    void heal(int process, Collection<Integer> others) {
        set(process, others, true);
    }

    private void set(int process, Collection<Integer> others, boolean open) {
        List<Gate> changed = new ArrayList<>();
        for (int other : others) {
            changed.add(gate(process, other));
            changed.add(gate(other, process));
        }
        changed.forEach(gate -> gate.set(open));
    }

    @Override
    public void close() {
        List.copyOf(sockets).forEach(this::close);
        threads.shutdownNow();
    }
}
