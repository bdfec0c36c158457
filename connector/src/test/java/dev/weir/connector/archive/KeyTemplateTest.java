package dev.weir.connector.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {
    /** Sunday, 2026-09-20 23:59:59.999999 UTC. */
    private static final long ARRIVAL_MICROS = 1_789_948_799_999_999L;

    private static KeyFacts facts(String streamId, long epoch, long ptsMicros) {
        return new KeyFacts(streamId, epoch, 4, 1_234, ptsMicros, ARRIVAL_MICROS);
    }

    @Test
    void nothingAskedForMeansTheEpochsFolder() {
        assertThat(KeyTemplate.DEFAULT.key(facts("lobby", 3, 60_000_000))).isEqualTo("lobby/3/000000060000000");
        assertThat(KeyTemplate.DEFAULT).hasToString("{stream}/{epoch}/{time}");
    }

    @Test
    void everyPlaceholderTellsWhatTheLogSays() {
        KeyTemplate template =
                KeyTemplate.of("{year}/{month}/{day}/{hour}/{date}/p{partition}/{stream}/{epoch}/{offset}-{time}");

        assertThat(template.key(facts("lobby", 3, 60_000_000)))
                .isEqualTo("2026/09/20/23/2026-09-20/p4/lobby/3/00000000000000001234-000000060000000");
    }

    @ParameterizedTest
    @CsvSource({
        "../../etc, %2E.%2F..%2Fetc",
        "., %2E",
        "a/b, a%2Fb",
        "größe, gr%C3%B6%C3%9Fe",
        "100%, 100%25",
        "{epoch}, %7Bepoch%7D",
    })
    void aStreamsNameIsOnePartOfTheKeyWhateverItIs(String stream, String escaped) {
        assertThat(KeyTemplate.DEFAULT.key(facts(stream, 1, 0))).isEqualTo(escaped + "/1/000000000000000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{stream}/{time} | {epoch}",
                "{epoch}/{time} | {stream}",
                "{stream}/{epoch}/{offset} | {time}",
                "{stream}{epoch}/{time} | between two placeholders, before {epoch}",
                "{stream}e5{epoch}/{time} | between two placeholders, before {epoch}",
                "{stream}/{epoch}/{minute}-{time} | {minute} is no placeholder; there are {stream} {epoch}",
                "{stream}/{epoch}/{}{time} | {} is no placeholder",
                "{stream/{epoch}/{time} | '{' may hold",
                "{stream}/{epoch}/{time}} | '}' may hold",
                "/{stream}/{epoch}/{time} | between slashes",
                "{stream}//{epoch}/{time} | between slashes",
                "{stream}/{epoch}/{time}/ | between slashes",
                "{stream}/../{epoch}/{time} | begin with a dot",
                ".{stream}/{epoch}/{time} | begin with a dot",
                "{stream}/{epoch}/a b{time} | letters, digits",
                "\"\" | must hold {stream}",
            })
    void aTemplateThatCouldGiveTwoObjectsOneKeyOrLeaveTheArchiveIsRefused(String template, String reason) {
        assertThatThrownBy(() -> KeyTemplate.of(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{stream}/{epoch}/{time}",
                "{stream}-{epoch}-{time}",
                "{time}-{epoch}-{stream}",
                "{epoch}.{stream}.x{time}",
                "{date}/{epoch}_{stream}-{time}-{partition}"
            })
    void noTwoObjectsHaveTheSameKey(String template) {
        KeyTemplate keys = KeyTemplate.of(template);
        List<String> streams = List.of("a", "a-1", "1", "1-1", "a-1-1", "1.1", "a.x1", "1_1", "a/1", "a%2F1");
        Map<String, KeyFacts> named = new HashMap<>();
        for (String stream : streams) {
            for (long epoch : new long[] {1, 11, 111}) {
                for (long pts : new long[] {0, 1, 11, 1_000_000_000_000_001L}) {
                    KeyFacts facts = facts(stream, epoch, pts);
                    assertThat(named.put(keys.key(facts), facts)).isNull();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "live/lobby/3/, live/lobby/3/0.mp4, 0.mp4",
        "live/lobby/3/, live/2026/lobby-3/0.mp4, ../../2026/lobby-3/0.mp4",
        "lobby/3/, 2026/0.mp4, ../../2026/0.mp4",
        "live/lobby/3/, live/lobby/0.mp4, ../0.mp4",
        "live/a%2Fb/3/, live/a%2Fb-3/0.mp4, ../../a%2Fb-3/0.mp4",
        "lob/3/, lobby/3/0.mp4, ../../lobby/3/0.mp4",
    })
    void theWayFromTheManifestLeadsToTheObject(String folder, String key, String way) throws IOException {
        assertThat(ArchiveKeys.relative(folder, key)).isEqualTo(way);
        assertThat(ArchiveKeys.resolve(folder, way)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../x.mp4", "/x.mp4", "../a/../../../x.mp4", "..", "", "../.."})
    void aManifestLeadsNowhereElse(String way) {
        assertThatThrownBy(() -> ArchiveKeys.resolve("lobby/3/", way)).isInstanceOf(IOException.class);
    }

    @Test
    void whatTheFileIsCalledIsEscapedInAPlaylist() {
        assertThat(ArchiveKeys.uri("../../a%2Fb-3/0.mp4")).isEqualTo("../../a%252Fb-3/0.mp4");
    }
}
