package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.webrtc.client.ClientConfig;
import dev.weir.webrtc.client.ClientTrack;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.net.NetConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Streams with one viewer each cost what a packet costs and nothing around it: a packet wakes no other loop, is handed to none,
 * and no call to receive finds nothing. Counted over two loops, not timed.
 */
class OneToOneCostTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int STREAMS = 24;
    private static final int ROUNDS = 40;
    private static final int PACKETS = STREAMS * ROUNDS;
    /**
     * Reports, checks, and those of some publishers whose datagrams all reach one loop, which keeps no more than its part. When
     * sessions were dealt out in turn it was half of the packets, and two calls for each.
     */
    private static final int OTHERS = PACKETS / 4;

    private final EventLoopGroup clientLoops = new EventLoopGroup(
            NetConfig.of(List.of(new InetSocketAddress("127.0.0.1", 0))).withLoops(1));
    private final WhipServer server = new WhipServer(ServerConfig.builder()
            .bindAddress(new InetSocketAddress("127.0.0.1", 0))
            .udpPort(0)
            .eventLoops(2)
            .maxSessions(100)
            .build());
    private final AtomicInteger arrived = new AtomicInteger();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        server.start();
        clientLoops.start();
    }

    @AfterEach
    void stop() {
        server.close();
        clientLoops.close();
    }

    @Test
    void aPacketFromAPublisherToItsViewerStaysOnOneLoop() throws Exception {
        List<WhipClient> publishers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            publishers.add(publish("stream" + i));
            view("stream" + i);
        }
        round(publishers, 0);
        Counts before = counts();

        for (int i = 1; i <= ROUNDS; i++) {
            round(publishers, i);
        }

        Counts after = counts();
        assertThat(after.received - before.received).isGreaterThanOrEqualTo(PACKETS);
        assertThat(after.handedOver - before.handedOver).isLessThan(OTHERS);
        assertThat(after.wakeUps - before.wakeUps).isLessThan(OTHERS);
        assertThat(after.receiveCalls - before.receiveCalls).isLessThan(after.received - before.received + OTHERS);
        assertThat(after.sendCalls - before.sendCalls).isLessThan(PACKETS + OTHERS);
    }

    /** Has every publisher send a packet, and every viewer see it. */
    private void round(List<WhipClient> publishers, int number) {
        for (WhipClient publisher : publishers) {
            assertThat(publisher.send(0, ByteBuffer.wrap(new byte[] {(byte) 0xFC, 1, 2, 3}), true, number * 960L))
                    .isTrue();
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> arrived.get() >= (number + 1) * STREAMS);
    }

    private WhipClient publish(String stream) throws Exception {
        WhipClient client = WhipClient.publish(
                uri("/whip/" + stream),
                List.of(ClientTrack.of(Codec.OPUS)),
                clientLoops.next(),
                new WhipListener() {},
                ClientConfig.create());
        client.awaitConnected(PATIENCE);
        return client;
    }

    private void view(String stream) throws Exception {
        WhepListener counting = new WhepListener() {
            @Override
            public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                arrived.incrementAndGet();
            }
        };
        WhepClient client = WhepClient.view(
                uri("/whep/" + stream),
                List.of(ClientTrack.of(Codec.OPUS)),
                clientLoops.next(),
                counting,
                ClientConfig.create());
        client.awaitConnected(PATIENCE);
        await().atMost(PATIENCE)
                .until(() -> server.relay().find(stream).orElseThrow().subscriberCount() == 1);
    }

    private record Counts(long received, long handedOver, long wakeUps, long receiveCalls, long sendCalls) {}

    private Counts counts() throws Exception {
        String metrics = http.send(HttpRequest.newBuilder(uri("/metrics")).build(), BodyHandlers.ofString())
                .body();
        return new Counts(
                value(metrics, "weir_udp_datagrams_received_total"),
                value(metrics, "weir_udp_handed_over_total"),
                value(metrics, "weir_loop_wake_ups_total"),
                value(metrics, "weir_udp_receive_calls_total"),
                value(metrics, "weir_udp_send_calls_total"));
    }

    private static long value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort() + path);
    }
}
