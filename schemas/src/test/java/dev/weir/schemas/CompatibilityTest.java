package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the schemas against those of every release, which stay in {@code src/test/resources/released}: a reader of today
 * reads the records of then, and a reader of then those of today. A release adds a folder; none is ever changed.
 */
class CompatibilityTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");

    static List<Path> released() throws IOException {
        try (Stream<Path> files = Files.walk(RELEASED)) {
            return files.filter(file -> file.toString().endsWith(".avsc"))
                    .sorted()
                    .toList();
        }
    }

    private static Schema present(Path released) throws IOException {
        String name = String.valueOf(released.getFileName());
        try (InputStream in = Objects.requireNonNull(RelayBatchCodec.class.getResourceAsStream(name), name)) {
            return new Schema.Parser().parse(in);
        }
    }

    private static SchemaCompatibilityType canRead(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }

    @ParameterizedTest
    @MethodSource("released")
    void recordsOfEveryReleaseAreReadAndCanReadOurs(Path file) throws IOException {
        Schema then = new Schema.Parser().parse(file.toFile());
        Schema now = present(file);

        assertThat(canRead(now, then)).as("now reads %s", file).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(canRead(then, now)).as("%s reads now", file).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void everySchemaIsHeld() throws IOException {
        assertThat(released())
                .extracting(file -> String.valueOf(file.getFileName()))
                .contains(
                        "relay-batch.avsc",
                        "FrameMeta.avsc",
                        "SessionEvent.avsc",
                        "TrackStats.avsc",
                        "StreamState.avsc",
                        "ArchiveObject.avsc");
    }

    @Test
    void aFieldWithoutADefaultWouldBeFound() throws IOException {
        Path file = RELEASED.resolve("0.1/FrameMeta.avsc");
        Schema then = new Schema.Parser().parse(file.toFile());
        String changed = Files.readString(file)
                .replaceFirst("\"fields\" : \\[", "\"fields\" : [ {\"name\" : \"added\", \"type\" : \"long\"},");

        assertThat(canRead(new Schema.Parser().parse(changed), then)).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }
}
