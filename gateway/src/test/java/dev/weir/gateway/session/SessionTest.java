package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.relay.MediaRelay;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final String CANDIDATE = "candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host";

    @Test
    void candidatesAreCountedOnceEach() {
        Session session = Session.create(SessionRole.PUBLISHER, "a");

        assertThat(session.addIceCandidate(CANDIDATE)).isTrue();
        assertThat(session.addIceCandidate("a=" + CANDIDATE)).isFalse();
        assertThat(session.addIceCandidate(CANDIDATE.replace("50000", "50001"))).isTrue();

        assertThat(session.iceCandidates()).hasSize(2);
        assertThatThrownBy(() -> session.addIceCandidate("nonsense")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void candidatesAreBounded() {
        Session session = Session.create(SessionRole.VIEWER, "a");
        for (int port = 1; port <= 1000; port++) {
            session.addIceCandidate(CANDIDATE.replace("50000", Integer.toString(port)));
        }

        assertThat(session.iceCandidates()).hasSize(64);
    }

    @Test
    void onlyLegalTransitionsHappen() {
        Session session = Session.create(SessionRole.PUBLISHER, "a");

        assertThatThrownBy(() -> session.transitionTo(SessionState.CONNECTED))
                .isInstanceOf(IllegalStateException.class);
        session.negotiated("offer", "answer");
        session.transitionTo(SessionState.CONNECTING);
        session.transitionTo(SessionState.CONNECTED);
        session.close("enough");
        session.close("again");

        assertThat(session.state()).isEqualTo(SessionState.CLOSED);
        assertThat(session.closeReason()).contains("enough");
        assertThatThrownBy(() -> session.transitionTo(SessionState.NEW)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> session.addIceCandidate(CANDIDATE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void idsAreLongAndDifferent() {
        String one = Session.create(SessionRole.PUBLISHER, "a").id();
        String two = Session.create(SessionRole.PUBLISHER, "a").id();

        assertThat(one).hasSize(24).isNotEqualTo(two);
    }

    @Test
    void aSessionOfALibraryUserMayPublish() throws Exception {
        MediaRelay relay = new MediaRelay();
        Session session = Session.create(SessionRole.PUBLISHER, "a");

        relay.registerPublisher("a", session);
        session.close("done");
        relay.registerPublisher("a", Session.create(SessionRole.PUBLISHER, "a"));

        assertThat(relay.find("a").orElseThrow().isLive()).isTrue();
    }
}
