package dev.weir.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.conformance.Row;
import dev.weir.gateway.metrics.Meter;
import dev.weir.gateway.relay.StreamStats;
import dev.weir.gateway.session.FloodConfig;
import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an authenticated publisher can do to the gateway and to what records. */
class MediaFloodTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<ClientTrack> TRACKS = List.of(ClientTrack.of(Codec.OPUS), ClientTrack.of(Codec.VP8));
    private static final int VIDEO = 1;
    private static final int CAP = 200;
    private static final int SENT = 3_000;

    @Test
    @Row({"T16", "V17.2.5", "V17.2.7"})
    void t16V1725V1727APublisherThatFloodsIsHeldToItsShareAndOthersAreWhole() throws Exception {
        FloodConfig flood = new FloodConfig(50, 50, 100_000_000, CAP);
        try (SecuredGateway gateway = SecuredGateway.start(builder -> builder.flood(flood));
                EventLoopGroup loops = new EventLoopGroup(NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0)))
                        .withLoops(1))) {
            loops.start();
            try (WhipClient flooding = publish(gateway, loops, "flooding");
                    WhipClient good = publish(gateway, loops, "good")) {
                long start = System.nanoTime();
                for (int i = 0; i < SENT; i++) {
                    send(flooding, i);
                    if (i % 100 == 0) {
                        send(good, i);
                    }
                }

                await().atMost(PATIENCE)
                        .until(() -> gateway.server.meters().count(Meter.RTP_PACKETS_EXCESS) > SENT / 4);
                await().atMost(PATIENCE).until(() -> received(gateway, "good") == SENT / 100);
                long seconds = 1 + (System.nanoTime() - start) / 1_000_000_000L;
                // What the relay takes is what viewers, mirror and archive get.
                assertThat(received(gateway, "flooding")).isLessThanOrEqualTo((1 + seconds) * CAP);
                assertThat(good.isConnected()).isTrue();
            }
        }
    }

    private static WhipClient publish(SecuredGateway gateway, EventLoopGroup loops, String stream) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/whip/" + stream);
        WhipClient client = WhipClient.publish(uri, TRACKS, loops.next(), new WhipListener() {}, ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    private static void send(WhipClient client, long frame) {
        byte[] payload = new byte[50];
        payload[0] = 0x10;
        payload[1] = 0x10;
        payload[4] = (byte) 0x9d;
        payload[5] = 0x01;
        payload[6] = 0x2a;
        client.send(VIDEO, ByteBuffer.wrap(payload), true, frame * 300);
    }

    private static long received(SecuredGateway gateway, String stream) {
        return gateway.server
                .relay()
                .stats(stream)
                .map(StreamStats::packetsReceived)
                .orElse(0L);
    }

    @Test
    @Row("V17.2.1")
    void v1721EveryProcessHasADtlsKeyOfItsOwnThatIsNeverKept() throws Exception {
        Set<String> fingerprints = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            try (SecuredGateway gateway = SecuredGateway.start(builder -> builder)) {
                HttpResponse<String> made = gateway.send("POST", "/whip/a", "");
                fingerprints.add(made.body()
                        .lines()
                        .filter(line -> line.startsWith("a=fingerprint:sha-256 "))
                        .findFirst()
                        .orElseThrow());
            }
        }
        assertThat(fingerprints).hasSize(2);
    }
}
