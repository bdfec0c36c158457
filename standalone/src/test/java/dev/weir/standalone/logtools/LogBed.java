package dev.weir.standalone.logtools;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.mirror.MirrorConfig;
import dev.weir.standalone.broker.Broker;
import dev.weir.standalone.broker.MediaTopics;
import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A gateway in this JVM that mirrors into a real broker, and an event loop for clients. */
final class LogBed implements AutoCloseable {
    private final DataDirectory data;
    private final Broker broker;
    private final WhipServer gateway;
    private final EventLoopGroup loops;

    @SuppressWarnings("MustBeClosedChecker")
    LogBed(Path folder) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        data = DataDirectory.open(folder);
        broker = Broker.start(new Distribution(Path.of("target", "weir")), data, 0, line -> {});
        MediaTopics.create(broker.bootstrap());
        gateway = new WhipServer(ServerConfig.builder()
                .bindAddress(new InetSocketAddress(loopback, 0))
                .udpPort(0)
                .udpAddresses(List.of(loopback))
                .mirror(MirrorConfig.builder(broker.bootstrap()).build())
                .build());
        gateway.start();
        loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress(loopback, 0))).withLoops(1));
        loops.start();
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    URI whip(String stream) {
        return URI.create("http://127.0.0.1:" + gateway.httpAddress().getPort() + "/whip/" + stream);
    }

    EventLoop loop() {
        return loops.next();
    }

    @Override
    public void close() throws IOException {
        try (data;
                broker;
                gateway;
                loops) {
            // Each is closed even when another fails to.
        }
    }
}
