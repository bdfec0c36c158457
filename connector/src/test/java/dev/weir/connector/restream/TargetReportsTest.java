package dev.weir.connector.restream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.schemas.MetadataCodec;
import dev.weir.schemas.RestreamTarget;
import dev.weir.schemas.TargetState;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TargetReportsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TargetReports reports = new TargetReports("lobby", "service", "rtmps://live.example.org:443");

    private static RestreamStatus status(TargetState state, long failures, String error) {
        return new RestreamStatus(state, 5_000_000, 2_400_000, 112, 3, 1, 2, failures, 700, error);
    }

    private Optional<RestreamTarget> at(double seconds, RestreamStatus status) {
        return reports.next(status, Math.round(seconds * 1_000_000), Math.round(seconds * SECOND));
    }

    @Test
    void aChangeIsToldAtOnceAndElseEveryFiveSeconds() {
        RestreamStatus sending = status(TargetState.SENDING, 0, "");
        assertThat(at(1, status(TargetState.CONNECTING, 0, ""))).isPresent();
        assertThat(at(1.25, status(TargetState.CONNECTING, 0, ""))).isEmpty();

        RestreamTarget connected = at(1.5, sending).orElseThrow();
        assertThat(connected.state()).isEqualTo(TargetState.SENDING);
        assertThat(connected.sinceMicros()).isEqualTo(1_500_000);
        assertThat(connected.lastError()).isEmpty();
        assertThat(connected.lastErrorMicros()).isEmpty();

        assertThat(at(6.4, sending)).isEmpty();
        RestreamTarget again = at(6.5, sending).orElseThrow();
        assertThat(again.sinceMicros()).isEqualTo(1_500_000);
        assertThat(again.updatedMicros()).isEqualTo(6_500_000);
        assertThat(again.bitrateBps()).isEqualTo(2_400_000);
        assertThat(again.delayMillis()).isEqualTo(112);
    }

    @Test
    void aFailureIsToldWithItsTimeEvenIfTheStateIsTheSameAgain() throws Exception {
        assertThat(at(1, status(TargetState.CONNECTING, 0, ""))).isPresent();

        RestreamTarget failed =
                at(2, status(TargetState.CONNECTING, 1, "takes no connection")).orElseThrow();
        assertThat(failed.lastError()).contains("takes no connection");
        assertThat(failed.lastErrorMicros()).hasValue(2_000_000);
        assertThat(failed.failures()).isOne();
        assertThat(reports.key()).isEqualTo("lobby/service");

        MetadataCodec<RestreamTarget> codec = MetadataCodec.restream();
        assertThat(codec.decode(codec.encode(failed))).isEqualTo(failed);
    }

    @Test
    void aLongErrorIsCut() {
        RestreamTarget failed = at(1, status(TargetState.WAITING_TO_RETRY, 1, "x".repeat(5_000)))
                .orElseThrow();

        assertThat(failed.lastError().orElseThrow()).hasSize(500);
    }
}
