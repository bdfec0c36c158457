package dev.weir.gateway.conformance;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.gateway.conformance.IceBed.Screen;
import dev.weir.gateway.session.AddressPrivacy;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionEnd;
import dev.weir.gateway.session.SessionEvents;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.ice.IceCredentials;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A gateway and its clients in a JVM that knows IPv6, which that of the tests does not. Publishes and watches over HTTP on
 * {@code [::1]}, and prints the candidates of the answer and the addresses that the gateway saw.
 *
 * <p>Arguments: the addresses of UDP, and those to advertise instead, or {@code -}; each with commas.
 */
final class Ipv6Run {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));

    private Ipv6Run() {}

    public static void main(String[] args) throws Exception {
        List<InetAddress> udp = List.of(args[0].split(",", -1)).stream()
                .map(text -> new InetSocketAddress(text, 0).getAddress())
                .toList();
        List<String> advertised = args[1].equals("-") ? List.of() : List.of(args[1].split(",", -1));
        WhipServer server = new WhipServer(ServerConfig.builder()
                .bindAddress("::1", 0)
                .udpPort(0)
                .udpAddresses(udp)
                .publicAddresses(advertised)
                .eventLoops(2)
                .life(LifeConfig.DEFAULT.withLogAddresses(AddressPrivacy.FULL))
                .build());
        server.start();
        server.sessions().listen(new SessionEvents() {
            @Override
            public void onEnded(Session session, SessionEnd end) {
                System.out.println(
                        session.role().name().toLowerCase(Locale.ROOT) + " " + end.peer() + " " + end.packets());
            }
        });
        URI base = URI.create("http://[::1]:" + server.httpAddress().getPort());
        candidates(base);
        mediaFlows(base);
        server.close();
        System.out.println("over");
        System.exit(0);
    }

    private static void candidates(URI base) throws Exception {
        String offer = IceBed.offer("sendonly", IceCredentials.random(), List.of());
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/whip/other"))
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer))
                .timeout(PATIENCE)
                .build();
        HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("a=candidate:"))
                .forEach(System.out::println);
    }

    private static void mediaFlows(URI base) throws Exception {
        // Ephemeral sockets of both families.
        EventLoopGroup loops = new EventLoopGroup(
                NetConfig.of(List.of(new InetSocketAddress("::1", 0))).withLoops(1));
        loops.start();
        ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        WhipClient publisher = WhipClient.publish(
                base.resolve("/whip/show"), TRACKS, loops.next(), new WhipListener() {}, ClientConfig.create());
        publisher.awaitConnected(PATIENCE);
        AtomicLong frames = new AtomicLong();
        var unused = camera.scheduleAtFixedRate(
                () -> {
                    long frame = frames.getAndIncrement();
                    publisher.send(LiveGateway.VIDEO, ByteBuffer.wrap(LiveGateway.vp8(frame == 0)), true, frame * 900);
                },
                0,
                10,
                TimeUnit.MILLISECONDS);
        Screen screen = new Screen();
        WhepClient viewer =
                WhepClient.view(base.resolve("/whep/show"), TRACKS, loops.next(), screen, ClientConfig.create());
        viewer.awaitConnected(PATIENCE);
        screen.awaitMore(100);
        screen.hasNoGap();
        viewer.close();
        camera.shutdownNow();
        publisher.close();
        loops.close();
    }
}
