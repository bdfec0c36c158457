package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.idl.IdlReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {
    static Schema shippedSchema() throws IOException {
        return new Schema.Parser().parse(shippedText(RelayBatchCodec.SCHEMA_RESOURCE));
    }

    private static String shippedText(String resource) throws IOException {
        try (InputStream in = RelayBatchCodec.class.getResourceAsStream(resource)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "relay-batch.avdl, RelayBatch, relay-batch.avsc",
        "metadata.avdl, FrameMeta, FrameMeta.avsc",
        "metadata.avdl, SessionEvent, SessionEvent.avsc",
        "metadata.avdl, TrackStats, TrackStats.avsc",
        "metadata.avdl, StreamState, StreamState.avsc",
        "metadata.avdl, ArchiveObject, ArchiveObject.avsc",
        "metadata.avdl, RestreamTarget, RestreamTarget.avsc",
    })
    void shippedSchemaIsTheIdl(String idl, String record, String resource) throws IOException {
        Schema fromIdl = Objects.requireNonNull(
                new IdlReader().parse(Path.of("src/main/avro/" + idl)).getNamedSchema("dev.weir.schemas." + record));

        Path made = Path.of("target/" + resource);
        Files.writeString(made, SchemaFormatter.format("json/pretty", fromIdl) + "\n");

        assertThat(shippedText(resource))
                .as("copy schemas/" + made + " to src/main/resources/dev/weir/schemas")
                .isEqualTo(Files.readString(made));
    }

    @Test
    void fingerprintIsThatOfTheSchema() throws IOException {
        assertThat(RelayBatchCodec.FINGERPRINT).isEqualTo(SchemaNormalization.parsingFingerprint64(shippedSchema()));
    }

    @ParameterizedTest
    @CsvSource({"relay-batch.avdl", "metadata.avdl"})
    void documentationPrintsTheSchema(String idl) throws IOException {
        assertThat(Files.readString(Path.of("../docs/log.md")))
                .as("docs/log.md holds the IDL, without a difference")
                .contains(Files.readString(Path.of("src/main/avro/" + idl)));
    }
}
