package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.LiveGateway.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.gateway.relay.Publication;
import dev.weir.gateway.relay.RelayTrack;
import dev.weir.gateway.session.AddressPrivacy;
import dev.weir.gateway.session.EndReason;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.Session;
import dev.weir.gateway.session.SessionEnd;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhepListener;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import dev.weir.webrtc.codec.Codec;
import dev.weir.webrtc.net.EventLoop;
import dev.weir.webrtc.net.EventLoopGroup;
import dev.weir.webrtc.rtp.MediaKind;
import dev.weir.webrtc.sdp.CodecFormat;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How sessions begin, change hands and end, over real HTTP and UDP. */
class SessionLifeTest extends LiveTest {
    @Row("W08")
    @Test
    void w08ThePublishersCloseNotifyEndsItsSession() throws Exception {
        start(LifeConfig.DEFAULT);
        EventLoopGroup leaving = LiveGateway.loops();
        leaving.start();
        WhipClient publisher = gateway.publish("show", leaving, new WhipListener() {});
        LiveGateway.sendFrame(publisher, true, 1);
        await().atMost(PATIENCE)
                .until(() -> gateway.server
                        .relay()
                        .stats("show")
                        .filter(stats -> stats.packetsReceived() == 2)
                        .isPresent());

        // Its loops close the transport, by close_notify; nobody sends DELETE.
        leaving.close();

        SessionEnd end = gateway.awaitEnd(EndReason.DTLS_CLOSE);
        assertThat(end.packets()).isEqualTo(2);
        assertThat(end.packetsLost()).isZero();
        assertThat(end.codecs()).containsExactlyInAnyOrder("OPUS", "VP8");
        assertThat(end.peer()).isEqualTo("127.0.0.0/24");
        assertThat(end.checksReceived()).isPositive();
        assertThat(gateway.server.sessions().size()).isZero();
        assertThat(gateway.send("GET", publisher.location().getPath()).statusCode())
                .isEqualTo(404);
        assertThat(gateway.log)
                .containsExactly(
                        "show publisher created",
                        "show publisher CONNECTING",
                        "show publisher CONNECTED",
                        "show publisher dtls-close");
    }

    @Row("E11")
    @Test
    void e11TheViewersCloseNotifyEndsItsSessionAndNobodyElses() throws Exception {
        start(LifeConfig.DEFAULT);
        EventLoopGroup leaving = LiveGateway.loops();
        leaving.start();
        try (WhipClient publisher = gateway.publish("show")) {
            LiveGateway.sendFrame(publisher, true, 1);
            WhepClient viewer = gateway.view("show", leaving, new WhepListener() {});
            await().atMost(PATIENCE).until(() -> gateway.server.relay().viewerCount("show") == 1);

            leaving.close();

            gateway.awaitEnd(EndReason.DTLS_CLOSE);
            assertThat(gateway.send("GET", viewer.location().getPath()).statusCode())
                    .isEqualTo(404);
            assertThat(gateway.server.relay().viewerCount("show")).isZero();
            assertThat(publisher.isConnected()).isTrue();
        }
    }

    @Row("E11")
    @Test
    void e11AViewerThatVanishesLosesConsent() throws Exception {
        // Longer than the pause between a client's consent checks: 6 s at most (RFC 7675 section 5.1).
        start(LiveGateway.config().sessionTimeout(Duration.ofSeconds(7)));
        try (WhipClient publisher = gateway.publish("show")) {
            WhepClient viewer = gateway.view("show", new WhepListener() {});
            viewer.vanish();

            SessionEnd end = gateway.awaitEnd(EndReason.CONSENT_LOST);

            assertThat(end.connected()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(15));
            assertThat(publisher.isConnected()).isTrue();
            assertThat(gateway.send("GET", viewer.location().getPath()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Row("W08")
    @Test
    void w08OurEndIsToldToThePeerByCloseNotify() throws Exception {
        start(LifeConfig.DEFAULT);
        CompletableFuture<String> told = new CompletableFuture<>();
        WhipClient publisher = gateway.publish("show", gateway.clientLoops, new WhipListener() {
            @Override
            public void onClosed(String reason) {
                told.complete(reason);
            }
        });

        assertThat(gateway.send("DELETE", publisher.location().getPath()).statusCode())
                .isEqualTo(200);

        assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
        gateway.awaitEnd(EndReason.CLIENT_DELETE);
    }

    /**
     * The loop is held, so that it finds the DELETE before the packets that were sent ahead of it. The stream was listed as
     * live until these had been waited for.
     */
    @Row("W08")
    @Test
    void w08ADeletedStreamIsGoneAtOnceAndThePacketsThatTheDeleteOvertookAreRelayed() throws Exception {
        start(LifeConfig.DEFAULT);
        WhipClient publisher = gateway.publish("show");
        Session session = gateway.server.sessions().sessions().get(0);
        CountDownLatch hold = new CountDownLatch(1);
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        session.traffic(traffic -> {
            try {
                released.complete(hold.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThat(gateway.send("DELETE", publisher.location().getPath()).statusCode())
                .isEqualTo(200);
        assertThat(gateway.send("GET", "/streams").body()).isEqualTo("{\"streams\":[]}");
        assertThat(gateway.send("GET", "/streams/show").body()).contains("\"live\":false");
        assertThat(gateway.postOffer("/whep/show", "chromium-156-whep-full").statusCode())
                .isEqualTo(409);
        LiveGateway.sendFrame(publisher, true, 1);
        awaitSent(gateway.clientLoops.next());
        hold.countDown();

        assertThat(released.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.awaitEnd(EndReason.CLIENT_DELETE).packets()).isEqualTo(2);
    }

    /** A loop sends at the end of its turns. */
    private static void awaitSent(EventLoop loop) throws Exception {
        CompletableFuture<Void> nextTurn = new CompletableFuture<>();
        loop.execute(() -> loop.schedule(5_000_000, () -> nextTurn.complete(null)));
        nextTurn.get(20, TimeUnit.SECONDS);
    }

    @Row("W40")
    @Test
    void w40BeyondTheLimitOfSessionsThereIs503AndWhenToComeAgain() throws Exception {
        start(LiveGateway.config().maxSessions(2));
        gateway.postOffer("/whip/a", "chromium-156-whip-full");
        HttpResponse<String> second = gateway.postOffer("/whip/b", "chromium-156-whip-full");

        HttpResponse<String> third = gateway.postOffer("/whip/c", "chromium-156-whip-full");
        HttpResponse<String> viewer = gateway.postOffer("/whep/a", "chromium-156-whep-full");

        for (HttpResponse<String> refused : List.of(third, viewer)) {
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
            assertThat(refused.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
            assertThat(refused.body()).contains("\"too-many-sessions\"");
        }
        assertThat(gateway.server.relay().find("c")).isEmpty();
        gateway.send("DELETE", second.headers().firstValue("Location").orElseThrow());
        assertThat(gateway.postOffer("/whip/c", "chromium-156-whip-full").statusCode())
                .isEqualTo(201);
    }

    @Row("E10")
    @Test
    void e10AViewerOfNothingIsTold409AndWhenToComeAgain() throws Exception {
        start(LifeConfig.DEFAULT);

        HttpResponse<String> refused = gateway.postOffer("/whep/show", "chromium-156-whep-full");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
        assertThat(refused.body()).contains("\"not-live\"");
        assertThat(gateway.server.sessions().size()).isZero();
    }

    @Row("E10")
    @Test
    void e10BySwitchAViewerWaitsAndIsToldWhenTheStreamBegins() throws Exception {
        start(LifeConfig.DEFAULT.withViewersWait(List.of(Codec.VP8, Codec.OPUS)));
        Screen screen = new Screen();
        try (WhepClient viewer = gateway.view("show", screen)) {
            HttpResponse<String> made = gateway.post(
                    viewer.location().getPath() + "/events", "application/json", "[\"active\",\"inactive\"]");
            EventReader events = new EventReader(
                    gateway.http(),
                    gateway.uri(made.headers().firstValue("Location").orElseThrow()));

            WhipClient publisher = gateway.publish("show");
            LiveGateway.sendFrame(publisher, false, 1);
            LiveGateway.sendFrame(publisher, true, 2);
            LiveGateway.sendFrame(publisher, false, 3);
            events.await("active {}");
            await().atMost(PATIENCE).until(() -> screen.sequences.size() == 2);
            assertThat(screen.keyframes).containsExactly(true, false);
            publisher.close();
            events.await("inactive {}");

            assertThat(events.events).containsExactly("active {}", "inactive {}");
        }
        await().atMost(PATIENCE).until(() -> gateway.server.relay().streams().isEmpty());
    }

    /** Such a viewer was left without a word and without a picture. */
    @Row({"E10", "X06"})
    @Test
    void e10X06AViewerThatWaitedForOtherCodecsIsSentForANewSession() throws Exception {
        start(LifeConfig.DEFAULT.withViewersWait(List.of(Codec.VP8, Codec.OPUS)));
        try (WhepClient viewer = gateway.view("show", new Screen())) {
            HttpResponse<String> made = gateway.post(
                    viewer.location().getPath() + "/events", "application/json", "[\"active\",\"reconnect\"]");
            EventReader events = new EventReader(
                    gateway.http(),
                    gateway.uri(made.headers().firstValue("Location").orElseThrow()));

            Publication publication = gateway.server.relay().registerPublisher("show", () -> true);
            publication.announce(List.of(new RelayTrack(
                    0,
                    "video",
                    MediaKind.VIDEO,
                    new CodecFormat("H264", 90_000, 1, "packetization-mode=1"),
                    List.of())));

            events.await("reconnect {}");
            SessionEnd end = gateway.awaitEnd(EndReason.CODECS_CHANGED);
            assertThat(end.detail()).contains("a new session will get them");
            await().atMost(PATIENCE).until(() -> !viewer.isConnected());
            publication.end("over");
        }
    }

    @Test
    void oneThatNeverConnectsIsReapedAndToldWhy() throws Exception {
        start(LiveGateway.config()
                .connectTimeout(Duration.ofSeconds(1))
                .life(LifeConfig.DEFAULT.withLogAddresses(AddressPrivacy.FULL)));
        gateway.postOffer("/whip/show", "chromium-156-whip-full");

        SessionEnd end = gateway.awaitEnd(EndReason.NEVER_CONNECTED);
        JsonNode told =
                new ObjectMapper().readTree(gateway.send("GET", "/streams/show").body());

        assertThat(end.checksReceived()).isZero();
        assertThat(told.get("live").asBoolean()).isFalse();
        JsonNode last = told.get("recentEnds").get(0);
        assertThat(last.get("reason").asText()).isEqualTo("never-connected");
        assertThat(last.get("detail").asText())
                .contains("No packet arrived")
                .contains("127.0.0.1:" + gateway.server.udpAddress().getPort())
                .contains("udp.addresses");
        assertThat(last.get("candidates")).isNotEmpty();
        assertThat(gateway.server.relay().find("show")).isEmpty();
    }

    @Test
    void aPublisherThatFallsSilentStallsAndIsReaped() throws Exception {
        start(LifeConfig.DEFAULT.withStallTimeout(Duration.ofSeconds(3)));
        WhipClient publisher = gateway.publish("show");
        LiveGateway.sendFrame(publisher, true, 1);

        SessionEnd end = gateway.awaitEnd(EndReason.STALLED);

        assertThat(gateway.log)
                .containsExactly(
                        "show publisher created",
                        "show publisher CONNECTING",
                        "show publisher CONNECTED",
                        "show publisher STALLED",
                        "show publisher stalled");
        assertThat(end.detail()).contains("no media for 3 s").contains("sessions.stall-timeout");
        await().atMost(PATIENCE).until(() -> !publisher.isConnected());
    }

    @Test
    void aSessionOfGreatAgeIsReaped() throws Exception {
        start(LifeConfig.DEFAULT.withMaxDuration(Duration.ofSeconds(1)));
        WhipClient publisher = gateway.publish("show");

        SessionEnd end = gateway.awaitEnd(EndReason.TIMED_OUT);

        assertThat(end.lived()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        await().atMost(PATIENCE).until(() -> !publisher.isConnected());
    }

    @Test
    void aStopSaysGoodbyeToEverybody() throws Exception {
        start(LifeConfig.DEFAULT);
        CompletableFuture<String> publisherTold = new CompletableFuture<>();
        WhipClient publisher = gateway.publish("show", gateway.clientLoops, new WhipListener() {
            @Override
            public void onClosed(String reason) {
                publisherTold.complete(reason);
            }
        });
        LiveGateway.sendFrame(publisher, true, 1);
        Screen screen = new Screen();
        gateway.view("show", screen);

        gateway.server.close();

        assertThat(publisherTold.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
        assertThat(screen.closed.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
        assertThat(gateway.ends).extracting(SessionEnd::reason).containsOnly(EndReason.SHUTDOWN);
    }
}
