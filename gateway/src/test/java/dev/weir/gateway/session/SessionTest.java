package dev.weir.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gateway.relay.MediaRelay;
import java.util.Map;
import java.util.Set;
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

    /** The whole table: what is not in it is illegal. */
    @Test
    void transitionsAreExactlyThese() {
        Map<SessionState, Set<SessionState>> legal = Map.of(
                SessionState.NEW, Set.of(SessionState.NEGOTIATED, SessionState.CLOSED),
                SessionState.NEGOTIATED, Set.of(SessionState.CONNECTING, SessionState.CONNECTED, SessionState.CLOSED),
                SessionState.CONNECTING, Set.of(SessionState.CONNECTED, SessionState.CLOSED),
                SessionState.CONNECTED, Set.of(SessionState.STALLED, SessionState.CLOSED),
                SessionState.STALLED, Set.of(SessionState.CONNECTED, SessionState.CLOSED),
                SessionState.CLOSED, Set.of());

        for (SessionState from : SessionState.values()) {
            for (SessionState to : SessionState.values()) {
                assertThat(from.canBecome(to))
                        .as(from + " to " + to)
                        .isEqualTo(legal.getOrDefault(from, Set.of()).contains(to));
            }
        }
    }

    @Test
    void theFirstReasonStays() {
        Session session = Session.create(SessionRole.PUBLISHER, "a");

        session.close(EndReason.STALLED, "silent");
        session.close(EndReason.SHUTDOWN, "stopping");

        assertThat(session.endReason()).contains(EndReason.STALLED);
        assertThat(session.closeReason()).contains("silent");
    }

    @Test
    void thePublicNameDoesNotTellTheId() {
        Session session = Session.create(SessionRole.PUBLISHER, "a");

        assertThat(session.publicId()).hasSize(12).isEqualTo(session.publicId());
        assertThat(session.id()).doesNotContain(session.publicId());
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
