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

class SchemaTest {
    static Schema shippedSchema() throws IOException {
        return new Schema.Parser().parse(shippedText());
    }

    private static String shippedText() throws IOException {
        try (InputStream in = RelayBatchCodec.class.getResourceAsStream(RelayBatchCodec.SCHEMA_RESOURCE)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shippedSchemaIsTheIdl() throws IOException {
        Schema fromIdl = new IdlReader()
                .parse(Path.of("src/main/avro/relay-batch.avdl"))
                .getNamedSchema("dev.weir.schemas.RelayBatch");

        Files.writeString(Path.of("target/relay-batch.avsc"), SchemaFormatter.format("json/pretty", fromIdl) + "\n");

        assertThat(shippedText())
                .as("copy schemas/target/relay-batch.avsc to src/main/resources/dev/weir/schemas")
                .isEqualTo(Files.readString(Path.of("target/relay-batch.avsc")));
    }

    @Test
    void fingerprintIsThatOfTheSchema() throws IOException {
        assertThat(RelayBatchCodec.FINGERPRINT).isEqualTo(SchemaNormalization.parsingFingerprint64(shippedSchema()));
    }

    @Test
    void documentationPrintsTheSchema() throws IOException {
        assertThat(Files.readString(Path.of("../docs/log.md")))
                .as("docs/log.md holds the IDL, without a difference")
                .contains(Files.readString(Path.of("src/main/avro/relay-batch.avdl")));
    }
}
