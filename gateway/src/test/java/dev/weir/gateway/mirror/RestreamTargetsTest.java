package dev.weir.gateway.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.TargetState;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RestreamTargetsTest {
    private Instant now = Instant.ofEpochSecond(1_000);
    private final RestreamTargets targets = new RestreamTargets(() -> now);

    private static RestreamTarget target(String stream, String name, TargetState state, long atSeconds) {
        long micros = atSeconds * 1_000_000;
        return new RestreamTarget(
                stream,
                name,
                "srt://studio.example.org:9000",
                state,
                micros,
                micros,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                Optional.empty(),
                OptionalLong.empty());
    }

    private void heard(RestreamTarget target) {
        targets.heard(target, target.updatedMicros());
    }

    @Test
    void eachStreamHasItsTargetsByNameWithTheirNewestState() {
        heard(target("lobby", "studio", TargetState.CONNECTING, 995));
        heard(target("lobby", "service", TargetState.SENDING, 996));
        heard(target("hall", "studio", TargetState.SENDING, 996));
        heard(target("lobby", "studio", TargetState.SENDING, 998));
        heard(target("lobby", "studio", TargetState.WAITING_FOR_MEDIA, 997));

        assertThat(targets.of("lobby")).extracting(RestreamTarget::name).containsExactly("service", "studio");
        assertThat(targets.of("lobby")).extracting(RestreamTarget::state).containsOnly(TargetState.SENDING);
        assertThat(targets.of("hall")).hasSize(1);
        assertThat(targets.of("nobody")).isEmpty();
    }

    @Test
    void whatHasEndedOrIsSilentIsShownForAWhile() {
        heard(target("lobby", "ended", TargetState.STOPPED, 1_000));
        heard(target("lobby", "silent", TargetState.SENDING, 1_000));

        now = Instant.ofEpochSecond(1_000 + 299);
        assertThat(targets.of("lobby")).hasSize(2);
        now = Instant.ofEpochSecond(1_000 + 301);
        assertThat(targets.of("lobby")).extracting(RestreamTarget::name).containsExactly("silent");
        now = Instant.ofEpochSecond(1_000 + 1_801);
        assertThat(targets.of("lobby")).isEmpty();
    }

    @Test
    void whatWasRemovedIsGoneAtOnceAndMayComeAgain() {
        heard(target("lobby", "studio", TargetState.STOPPED, 1_000));
        heard(target("lobby", "service", TargetState.SENDING, 1_000));

        targets.removed("lobby/studio");
        targets.removed("lobby/nobody");
        assertThat(targets.of("lobby")).extracting(RestreamTarget::name).containsExactly("service");

        heard(target("lobby", "studio", TargetState.CONNECTING, 1_000));
        assertThat(targets.of("lobby")).hasSize(2);
    }
}
