package dev.weir.gateway.conformance;

import static dev.weir.gateway.conformance.IceBed.attribute;
import static dev.weir.gateway.conformance.IceBed.fragment;
import static dev.weir.gateway.conformance.IceBed.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.gateway.ServerConfig;
import dev.weir.gateway.conformance.IceBed.Screen;
import dev.weir.gateway.session.EndReason;
import dev.weir.gateway.session.Session;
import dev.weir.webrtc.client.ClientException;
import dev.weir.webrtc.client.WhepClient;
import dev.weir.webrtc.client.WhipClient;
import dev.weir.webrtc.ice.IceCredentials;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ICE does to sessions with media flowing, or that should. */
class IceMediaRowsTest {
    private static final String STREAM = "show";

    @SuppressWarnings("NullAway.Init")
    private IceBed bed;

    @AfterEach
    void stop() {
        bed.close();
    }

    private void start(UnaryOperator<ServerConfig.Builder> settings) throws Exception {
        bed = new IceBed(settings);
    }

    private InetSocketAddress media() {
        return bed.server().udpAddress();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row({"W07", "E11"})
    void w07E11ASilentPeerLosesItsSession(boolean full) throws Exception {
        start(settings -> settings.fullIce(full).sessionTimeout(Duration.ofSeconds(2)));
        WhipClient publisher = bed.publish(STREAM);
        WhepClient viewer = bed.view(STREAM, new Screen());
        List<Session> sessions = bed.server().sessions().sessions();

        publisher.vanish();
        viewer.vanish();

        await().atMost(IceBed.PATIENCE).until(() -> bed.server().sessions().size() == 0);
        assertThat(sessions)
                .hasSize(2)
                .allSatisfy(session -> assertThat(session.endReason()).contains(EndReason.CONSENT_LOST));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("W10")
    void w10NothingLeavesAfterAnEndByTheServer(boolean full) throws Exception {
        start(settings -> settings.fullIce(full));
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        IceCredentials client = IceCredentials.random();
        try (UdpPeer peer = new UdpPeer()) {
            HttpResponse<String> created =
                    bed.post("/whep/" + STREAM, IceBed.offer("recvonly", client, List.of(peer.candidate())));
            byte[] check = Stun.check(
                    attribute(created.body(), "ice-ufrag"), attribute(created.body(), "ice-pwd"), client.ufrag());
            peer.send(check, media());
            assertThat(peer.receive(answer -> Stun.type(answer) == Stun.BINDING_SUCCESS, IceBed.PATIENCE))
                    .as("alive")
                    .isPresent();

            bed.session(header(created, "location")).close("the operator's wish");
            await().atMost(IceBed.PATIENCE).until(() -> bed.server().sessions().size() == 1);
            peer.drain();
            for (int i = 0; i < 5; i++) {
                peer.send(check, media());
            }

            assertThat(peer.receive(datagram -> true, Duration.ofMillis(500))).isEmpty();
        }
        publisher.close();
    }

    @Test
    @Row("W10")
    void w10NoMediaLeavesAfterAnEndByTheServer() throws Exception {
        start(settings -> settings);
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view(STREAM, screen);
        screen.awaitMore(20);
        Session session = bed.server().sessions().sessions().stream()
                .filter(one -> one.id().equals(idOf(viewer)))
                .findFirst()
                .orElseThrow();

        session.close("the operator's wish");

        await().atMost(IceBed.PATIENCE).until(() -> !screen.closed.isEmpty());
        int seen = screen.sequences.size();
        await().atMost(IceBed.PATIENCE).until(() -> bed.server().relay().viewerCount(STREAM) == 0);
        assertThat(screen.sequences).hasSize(seen);
        assertThat(session.endReason()).contains(EndReason.REQUESTED);
        publisher.close();
    }

    private static String idOf(WhepClient viewer) {
        String path = viewer.location().getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row({"W24", "W38"})
    void w24W38AnOfferWithoutCandidatesConnectsWithLiteAndFullIce(boolean full) throws Exception {
        start(settings -> settings.fullIce(full));
        HttpResponse<String> created =
                bed.post("/whip/other", IceBed.offer("sendonly", IceCredentials.random(), List.of()));
        assertThat(created.body().contains("a=ice-lite")).isEqualTo(!full);
        assertThat(created.body()).contains("a=candidate:", "a=end-of-candidates");

        // Our clients put no candidate into their offers, and never send a PATCH.
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view(STREAM, screen);

        screen.awaitMore(50);
        screen.hasNoGap();
        viewer.close();
        publisher.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row({"W26", "E13"})
    void w26E13MediaFlowsThroughRestartsWithoutAGap(boolean full) throws Exception {
        start(settings -> settings.fullIce(full));
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view(STREAM, screen);
        screen.awaitMore(50);

        for (int i = 0; i < 2; i++) {
            publisher.restartIce();
            screen.awaitMore(50);
            viewer.restartIce();
            screen.awaitMore(50);
        }

        screen.hasNoGap();
        assertThat(publisher.isConnected()).isTrue();
        viewer.close();
        publisher.close();
    }

    @Test
    @Row("W30")
    void w30ARefusedRestartLeavesMediaFlowing() throws Exception {
        start(settings -> settings.iceRestart(false));
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view(STREAM, screen);
        screen.awaitMore(50);

        assertThatThrownBy(publisher::restartIce)
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("422");
        assertThatThrownBy(viewer::restartIce)
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("422");

        screen.awaitMore(100);
        screen.hasNoGap();
        viewer.close();
        publisher.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Row("W31")
    void w31ASessionWhoseRestartFailsEndsWhenConsentExpires(boolean full) throws Exception {
        start(settings -> settings.fullIce(full).sessionTimeout(Duration.ofSeconds(3)));
        WhipClient publisher = bed.publish(STREAM);
        bed.film(publisher);
        Screen screen = new Screen();
        WhepClient viewer = bed.view(STREAM, screen);
        screen.awaitMore(20);
        Session session = bed.session(publisher.location().getPath());

        // The client asks for a restart and does not follow: no check ever comes with the new credentials.
        HttpResponse<String> restarted =
                bed.patch(publisher.location().getPath(), fragment(IceCredentials.random(), List.of()), "*");
        assertThat(restarted.statusCode()).isEqualTo(200);
        screen.awaitMore(100);
        screen.hasNoGap();
        assertThat(session.isAlive()).isTrue();

        publisher.vanish();
        await().atMost(IceBed.PATIENCE).until(() -> !session.isAlive());
        assertThat(session.endReason()).contains(EndReason.CONSENT_LOST);
        viewer.close();
    }
}
