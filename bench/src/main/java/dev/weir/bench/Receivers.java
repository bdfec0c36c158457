package dev.weir.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Viewers' sockets in a process of their own, that of {@code fanout receive}, which reads what they get. It ends with this one,
 * however that ends, because its input does.
 */
final class Receivers implements AutoCloseable {
    private final Process process;
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    private Receivers(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code count} of them by the compiled reference.
     *
     * @throws IOException when it does not start, or does not tell as many ports
     */
    static Receivers start(String reference, int count) throws IOException {
        Receivers receivers = new Receivers(new ProcessBuilder(reference, "receive")
                .redirectErrorStream(true)
                .start());
        try {
            receivers.readAddresses(count);
            return receivers;
        } catch (IOException | RuntimeException e) {
            receivers.close();
            throw e;
        }
    }

    private void readAddresses(int count) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        BufferedReader ports = process.inputReader();
        for (int i = 0; i < count; i++) {
            String port = ports.readLine();
            if (port == null || !port.matches("[0-9]{1,5}")) {
                throw new IOException("no port of a receiver: " + port);
            }
            addresses.add(new InetSocketAddress(loopback, Integer.parseInt(port)));
        }
    }

    /** Returns where the viewers receive. */
    List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
