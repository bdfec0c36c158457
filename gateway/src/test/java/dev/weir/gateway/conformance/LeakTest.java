package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.LiveGateway.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.session.FloodConfig;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.net.EventLoopGroup;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever comes and goes leaves nothing. The build runs the short form; the long one is {@code -Dsurefire.jvm="-Xmx1g
 * -Dweir.leak.cycles=1000"}.
 */
@Timeout(900)
class LeakTest {
    private static final int JUNK = Integer.getInteger("weir.leak.junk", 10_000);
    /** On a slow machine the first are gone before the last are posted, unless they may wait longer. */
    private static final int CONNECT_SECONDS = Integer.getInteger("weir.leak.connect-seconds", 15);

    private static final int CYCLES = Integer.getInteger("weir.leak.cycles", 40);
    private static final int AT_A_TIME = 8;
    private static final long MAX_GROWTH = 64L << 20;

    private static double meter(LiveGateway gateway, String name) throws Exception {
        return gateway.send("GET", "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    @Test
    void offersThatNeverConnectAreReclaimedAndDisturbNobody() throws Exception {
        try (LiveGateway gateway = LiveGateway.start(LiveGateway.config()
                        .maxSessions(JUNK + 200)
                        .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                        .flood(new FloodConfig(
                                JUNK + 200,
                                JUNK + 200,
                                FloodConfig.DEFAULT.maxReceiveBytes(),
                                FloodConfig.DEFAULT.maxReceivePackets())));
                WhipClient publisher = gateway.publish("good")) {
            AtomicInteger shown = new AtomicInteger();
            LiveGateway.sendFrame(publisher, true, 0);
            WhepListener screen = new WhepListener() {
                @Override
                public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                    shown.addAndGet(track == LiveGateway.VIDEO ? 1 : 0);
                }
            };
            try (WhepClient viewer = gateway.view("good", screen)) {
                flood(gateway, 100);
                Footprint before = footprint(gateway);
                AtomicInteger sent = new AtomicInteger(shown.get());
                ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
                var filming = camera.scheduleAtFixedRate(
                        () -> LiveGateway.sendFrame(publisher, sent.get() % 50 == 0, sent.incrementAndGet()),
                        0,
                        20,
                        TimeUnit.MILLISECONDS);

                long startNanos = System.nanoTime();
                flood(gateway, JUNK);
                long floodNanos = System.nanoTime() - startNanos;
                int held = gateway.server.sessions().size();
                Footprint peak = footprint(gateway);
                long lastNanos = System.nanoTime();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> gateway.server.sessions().size() == 2);
                long reclaimNanos = System.nanoTime() - lastNanos;
                filming.cancel(false);
                camera.shutdown();
                assertThat(camera.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
                await().atMost(PATIENCE).until(() -> shown.get() >= sent.get());
                await().atMost(PATIENCE).until(() -> meter(gateway, "weir_transports") == 2);
                Footprint after = footprint(gateway);

                System.out.printf(
                        "%d junk offers in %.1f s, %d held at the end of it, %d bytes each, all gone %.1f s later%n"
                                + "before %s%npeak   %s%nafter  %s%ngood viewer: %d frames, %d packets missing%n",
                        JUNK,
                        floodNanos / 1e9,
                        held,
                        (peak.heapBytes() - before.heapBytes()) / held,
                        reclaimNanos / 1e9,
                        before,
                        peak,
                        after,
                        shown.get(),
                        viewer.stats().missing());
                assertThat(peak.heapBytes() - before.heapBytes()).isLessThan(MAX_GROWTH);
                assertThat(after.heapBytes() - before.heapBytes()).isLessThan(MAX_GROWTH / 8);
                assertThat(after.descriptors()).isLessThan(before.descriptors() + AT_A_TIME + 10);
                assertThat(gateway.server.relay().streams()).hasSize(1);
                assertThat(viewer.stats().missing()).isZero();
                assertThat(publisher.isConnected() && viewer.isConnected()).isTrue();
            }
        }
    }

    /** Returns what the process holds without the test's own record of events. */
    private static Footprint footprint(LiveGateway gateway) throws Exception {
        gateway.log.clear();
        gateway.ends.clear();
        return Footprint.now();
    }

    /** Posts offers, as many at a time as a few rude clients would: publishers of a stream each, and viewers of one. */
    private static void flood(LiveGateway gateway, int offers) throws Exception {
        String publisher = LiveGateway.offer("chromium-156-whip-full");
        String viewer = LiveGateway.offer("chromium-156-whep-full");
        Semaphore places = new Semaphore(AT_A_TIME);
        CountDownLatch answered = new CountDownLatch(offers);
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < offers; i++) {
            places.acquire();
            var unused = gateway.http()
                    .sendAsync(
                            gateway.request(i % 2 == 0 ? "/whip/junk-" + i + "-" + offers : "/whep/good")
                                    .header("Content-Type", "application/sdp")
                                    .POST(BodyPublishers.ofString(i % 2 == 0 ? publisher : viewer))
                                    .build(),
                            BodyHandlers.discarding())
                    .whenComplete((response, failure) -> {
                        refused.addAndGet(failure == null && response.statusCode() == 201 ? 0 : 1);
                        places.release();
                        answered.countDown();
                    });
        }
        assertThat(answered.await(300, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.get()).isZero();
    }

    @Test
    void publishersAndViewersThatComeAndGoLeaveNothing() throws Exception {
        // Longer than the pause between a client's consent checks: 6 s at most (RFC 7675 section 5.1).
        try (LiveGateway gateway = LiveGateway.start(
                LiveGateway.config().maxSessions(2 * CYCLES + 100).sessionTimeout(Duration.ofSeconds(7)))) {
            cycles(gateway, 20);
            settle(gateway);
            Footprint before = Footprint.now();

            cycles(gateway, CYCLES);
            settle(gateway);

            // The clients' HTTP connections go with the collector.
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            Footprint::now,
                            now -> now.threads() <= before.threads() + 4
                                    && now.descriptors() <= before.descriptors() + 10);
            Footprint after = Footprint.now();
            System.out.printf("%d cycles%nbefore %s%nafter  %s%n", CYCLES, before, after);
            assertThat(after.heapBytes() - before.heapBytes()).isLessThan(8L << 20);
            assertThat(after.nativeBufferBytes()).isLessThanOrEqualTo(before.nativeBufferBytes() + (1 << 20));
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 10);
            assertThat(meter(gateway, "weir_udp_endpoint_failures_total")).isZero();
        }
    }

    private static void settle(LiveGateway gateway) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.server.sessions().size() == 0
                        && gateway.server.relay().streams().isEmpty()
                        && meter(gateway, "weir_transports") == 0
                        // One per connection that was cancelled may wait until it would have been due.
                        && meter(gateway, "weir_timers") == 0);
    }

    /** Publishes and views; one pair in three says DELETE, one only close_notify, one nothing. */
    private static void cycles(LiveGateway gateway, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            EventLoopGroup loops = LiveGateway.loops();
            loops.start();
            CountDownLatch shown = new CountDownLatch(1);
            WhipClient publisher = gateway.publish("cycle-" + i, loops, new WhipListener() {});
            LiveGateway.sendFrame(publisher, true, 1);
            WhepClient viewer = gateway.view("cycle-" + i, loops, new WhepListener() {
                @Override
                public void onRtp(int track, ByteBuffer packet, long extendedSequence, long nowNanos) {
                    shown.countDown();
                }
            });
            assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
            if (i % 3 == 0) {
                viewer.close();
                publisher.close();
            } else if (i % 3 == 2) {
                viewer.vanish();
                publisher.vanish();
            }
            loops.close();
        }
    }
}
