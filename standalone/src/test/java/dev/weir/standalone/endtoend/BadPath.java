package dev.weir.standalone.endtoend;

import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.impair.UdpImpairer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A way to the gateway that a page takes with {@code through}, and that can become bad. */
final class BadPath implements AutoCloseable {
    static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));

    private final UdpImpairer impairer;

    BadPath(WeirProcess gateway, long seed) throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        impairer = UdpImpairer.start(
                new InetSocketAddress(loopback, 0),
                new InetSocketAddress(loopback, gateway.udpPort()),
                seed,
                CLEAN,
                CLEAN);
    }

    int port() {
        return impairer.address().getPort();
    }

    void bothWays(PathConditions conditions) {
        impairer.change(conditions, conditions);
    }

    void toGateway(PathConditions conditions) {
        impairer.change(conditions, CLEAN);
    }

    void fromGateway(PathConditions conditions) {
        impairer.change(CLEAN, conditions);
    }

    void rebind() {
        impairer.rebind();
    }

    @Override
    public String toString() {
        return impairer.counts().toString();
    }

    @Override
    public void close() {
        impairer.close();
    }
}
