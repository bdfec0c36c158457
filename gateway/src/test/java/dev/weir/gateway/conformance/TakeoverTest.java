package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.LiveGateway.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.relay.StreamRelay;
import dev.weir.gateway.session.EndReason;
import dev.weir.gateway.session.LifeConfig;
import dev.weir.gateway.session.TakeoverPolicy;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.client.WhipListener;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a second publisher of a stream does to the first one and its viewers, over real HTTP and UDP. */
class TakeoverTest extends LiveTest {
    @Row("W53")
    @Test
    void w53ByDefaultASecondPublisherIsToldSoAndTheFirstGoesOn() throws Exception {
        start(LifeConfig.DEFAULT);
        try (WhipClient first = gateway.publish("show")) {
            HttpResponse<String> second = gateway.postOffer("/whip/show", "chromium-156-whip-full");

            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("\"already-published\"").contains("sessions.takeover");
            assertThat(first.isConnected()).isTrue();
            assertThat(gateway.server.sessions().size()).isEqualTo(1);
        }
    }

    @Row("W53")
    @Test
    void w53ByPolicyASecondPublisherTakesOverAndViewersStay() throws Exception {
        start(LifeConfig.DEFAULT.withTakeover(TakeoverPolicy.ALWAYS));
        CompletableFuture<String> firstClosed = new CompletableFuture<>();
        WhipClient first = gateway.publish("show", gateway.clientLoops, new WhipListener() {
            @Override
            public void onClosed(String reason) {
                firstClosed.complete(reason);
            }
        });
        Screen screen = new Screen();
        LiveGateway.sendFrame(first, true, 1);
        try (WhepClient viewer = gateway.view("show", screen)) {
            await().atMost(PATIENCE).until(() -> screen.sequences.size() == 1);
            StreamRelay stream = gateway.server.relay().find("show").orElseThrow();
            long epoch = stream.epoch();

            try (WhipClient second = gateway.publish("show")) {
                assertThat(firstClosed.get(20, TimeUnit.SECONDS)).isEqualTo("peer closed the connection");
                gateway.awaitEnd(EndReason.SUPERSEDED);
                assertThat(stream.epoch()).isGreaterThan(epoch);
                LiveGateway.sendFrame(second, false, 900);
                LiveGateway.sendFrame(second, true, 901);
                LiveGateway.sendFrame(second, false, 902);
                await().atMost(PATIENCE).until(() -> screen.sequences.size() == 3);

                long begin = screen.sequences.get(0);
                assertThat(screen.keyframes).containsExactly(true, true, false);
                assertThat(screen.sequences).containsExactly(begin, begin + 1, begin + 2);
                assertThat(viewer.isConnected()).isTrue();
                assertThat(gateway.log).contains("show publisher takeover");
            }
        }
    }

    @Row("W53")
    @Test
    void w53OneThatOnlyAsksForTheStreamDisturbsNobody() throws Exception {
        start(LiveGateway.config()
                .connectTimeout(Duration.ofSeconds(2))
                .life(LifeConfig.DEFAULT.withTakeover(TakeoverPolicy.ALWAYS)));
        Screen screen = new Screen();
        try (WhipClient first = gateway.publish("show")) {
            LiveGateway.sendFrame(first, true, 1);
            try (WhepClient viewer = gateway.view("show", screen)) {
                await().atMost(PATIENCE).until(() -> screen.sequences.size() == 1);
                long epoch = gateway.server.relay().find("show").orElseThrow().epoch();

                assertThat(gateway.postOffer("/whip/show", "chromium-156-whip-full")
                                .statusCode())
                        .isEqualTo(201);
                LiveGateway.sendFrame(first, false, 2);
                await().atMost(PATIENCE).until(() -> screen.sequences.size() == 2);
                gateway.awaitEnd(EndReason.NEVER_CONNECTED);
                LiveGateway.sendFrame(first, false, 3);
                await().atMost(PATIENCE).until(() -> screen.sequences.size() == 3);

                assertThat(gateway.server.relay().find("show").orElseThrow().epoch())
                        .isEqualTo(epoch);
                assertThat(viewer.stats().missing()).isZero();
            }
        }
    }
}
