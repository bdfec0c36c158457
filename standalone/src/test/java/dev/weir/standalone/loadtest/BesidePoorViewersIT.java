package dev.weir.standalone.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.WhipServer;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.HttpRequests;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.impair.PathConditions;
import dev.weir.webrtc.impair.UdpImpairer;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import dev.weir.webrtc.srtp.SrtpProfile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * Latency at viewers with good paths while others of the same stream, over {@link UdpImpairer}, have good paths too, and
 * while these lose 30 % both ways and carry half of the stream; turn and turn about in one run, so that what else the machine
 * does falls on both. {@code -Dweir.beside.seconds=10} makes each turn longer.
 */
class BesidePoorViewersIT {
    private static final Duration TURN = Duration.ofSeconds(Integer.getInteger("weir.beside.seconds", 1));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TURNS = 4;
    private static final int GOOD_VIEWERS = 20;
    private static final int POOR_VIEWERS = 4;
    private static final int KBPS = 2_000;
    private static final PathConditions CLEAN = PathConditions.clean(Duration.ofMillis(5));
    private static final PathConditions POOR =
            CLEAN.withLoss(0.3, 1).withJitter(Duration.ofMillis(50)).withRate(1_000_000, Duration.ofMillis(500));

    @Test
    void whatPoorViewersLoseDoesNotDelayTheOthers() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (WhipServer gateway = new WhipServer(ServerConfig.builder()
                .bindAddress(new InetSocketAddress(loopback, 0))
                .udpPort(0)
                .udpAddresses(List.of(loopback))
                .build())) {
            gateway.start();
            String base = "http://127.0.0.1:" + gateway.httpAddress().getPort();
            try (UdpImpairer path = UdpImpairer.start(
                            new InetSocketAddress(loopback, 0), gateway.udpAddress(), 4, CLEAN, CLEAN);
                    LoadRun good = new LoadRun(plan(base));
                    EventLoopGroup watching =
                            new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress(loopback, 0)))
                                    .withLoops(1))) {
                LoadReport warm = good.measure(progress -> {});
                assertThat(warm.isWhole()).as(warm.text()).isTrue();
                watching.start();
                List<WhepClient> poor = join(base, watching, path.address().getPort());
                List<Percentiles> clean = new ArrayList<>();
                List<Percentiles> beside = new ArrayList<>();
                for (int turn = 0; turn < TURNS; turn++) {
                    path.change(CLEAN, CLEAN);
                    clean.add(good.latencyDuring(TURN));
                    path.change(POOR, POOR);
                    beside.add(good.latencyDuring(TURN));
                }
                long recovered = poor.stream()
                        .mapToLong(viewer -> viewer.stats().recovered())
                        .sum();
                poor.forEach(WhepClient::close);
                String told = tell("beside viewers with good paths", clean) + tell("beside poor ones", beside)
                        + path.counts() + ", repaired " + recovered;
                System.out.println(told);
                assertThat(recovered).as(told).isPositive();
                assertThat(path.counts().toClientsLost()).as(told).isGreaterThan(50);
                // What else the machine does makes turns worse, not better: the best of each compare.
                assertThat(best(beside)).as(told).isLessThan(2 * best(clean) + 5);
            }
        }
    }

    private static LoadPlan plan(String base) {
        return new LoadPlan(
                base + "/whip/beside",
                base + "/whep/beside",
                1,
                GOOD_VIEWERS,
                KBPS,
                false,
                Duration.ofSeconds(2),
                20,
                TURN,
                TURN,
                1,
                List.of(SrtpProfile.AEAD_AES_128_GCM),
                0,
                0,
                "",
                OptionalLong.empty());
    }

    /** Viewers that are told the impairer's port instead of the gateway's. */
    private static List<WhepClient> join(String base, EventLoopGroup loops, int port) throws Exception {
        ClientConfig direct = ClientConfig.create();
        HttpRequests rerouting = (method, uri, headers, body, timeout) -> {
            HttpRequests.Answer answer = direct.http().send(method, uri, headers, body, timeout);
            String sdp = answer.body().replaceAll("(?i)(a=candidate:\\S+ \\d+ udp \\d+ \\S+) \\d+", "$1 " + port);
            return new HttpRequests.Answer(answer.status(), answer.uri(), answer.location(), sdp);
        };
        ClientConfig rerouted = new ClientConfig(
                rerouting,
                direct.identity(),
                direct.bearerToken(),
                direct.requestTimeout(),
                direct.srtpProfiles(),
                direct.peers(),
                direct.transportCc());
        List<WhepClient> viewers = new ArrayList<>();
        for (int i = 0; i < POOR_VIEWERS; i++) {
            WhepClient viewer = WhepClient.view(
                    URI.create(base + "/whep/beside"),
                    SyntheticStream.tracks(plan(base)),
                    loops.next(),
                    new LoadViewer(new Audience(), System.nanoTime()),
                    rerouted);
            viewer.awaitConnected(PATIENCE);
            viewers.add(viewer);
        }
        return viewers;
    }

    private static double best(List<Percentiles> turns) {
        return turns.stream().mapToDouble(Percentiles::p99).min().orElseThrow();
    }

    private static String tell(String what, List<Percentiles> turns) {
        StringBuilder told = new StringBuilder(what).append(":\n");
        turns.forEach(turn -> told.append(String.format(Locale.ROOT, "  %s%n", turn.text())));
        return told.toString();
    }
}
