package dev.weir.standalone.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogPositionTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00.250Z");
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "now, 2026-11-25T10:00:00.250Z",
        "-90s, 2026-11-25T09:58:30.250Z",
        "-250ms, 2026-11-25T10:00:00Z",
        "-2d, 2026-11-23T10:00:00.250Z",
        "2026-11-25T04:00:00Z, 2026-11-25T04:00:00Z",
        "2026-11-25T04:00:00.5+01:00, 2026-11-25T03:00:00.5Z",
        "2026-11-25 04:00:00.5, 2026-11-25T03:00:00.5Z",
        "04:00:05, 2026-11-25T03:00:05Z",
        "04:00, 2026-11-25T03:00:00Z",
        "2026-11-24, 2026-11-23T23:00:00Z",
    })
    void readsTimesAsPeopleWriteThem(String text, Instant expected) {
        assertThat(LogPosition.parse(text, NOW, ZONE)).isEqualTo(LogPosition.atMicros(expected.toEpochMilli() * 1_000));
    }

    @Test
    void readsNamesAndOffsets() {
        assertThat(LogPosition.parse("beginning", NOW, ZONE)).isEqualTo(LogPosition.BEGINNING);
        assertThat(LogPosition.parse("latest", NOW, ZONE)).isEqualTo(LogPosition.END);
        assertThat(LogPosition.parse("@1234", NOW, ZONE)).isEqualTo(new LogPosition(LogPosition.Kind.OFFSET, 1_234));
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "-5", "25:00", "@x", "2026-13-01", "''"})
    void tellsWhatIsPossibleWhenItIsNone(String text) {
        assertThatThrownBy(() -> LogPosition.parse(text, NOW, ZONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2026-11-25T04:00:00Z");
    }
}
