package dev.weir.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalFormTest {
    static List<String> schemas() {
        return List.of(
                RelayBatchCodec.schema(),
                MetadataCodec.frames().schema(),
                MetadataCodec.sessions().schema(),
                MetadataCodec.stats().schema(),
                MetadataCodec.streams().schema(),
                MetadataCodec.archive().schema(),
                "\"int\"",
                "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}",
                "[\"null\", {\"type\": \"map\", \"values\": {\"type\": \"array\", \"items\": \"bytes\"}}]",
                "{\"type\":\"fixed\",\"size\": 16,\"name\":\"a.b.Md5\",\"aliases\":[\"x\"]}",
                """
                {"doc": "caf\\u00e9 \\"\\\\ \\n", "type": "record", "namespace": "n", "name": "m.R", "fields": [
                  {"default": -1.5e3, "name": "x", "type": "double", "order": "ignore"},
                  {"name": "inner", "type": {"type": "record", "name": "I", "fields": []}},
                  {"name": "again", "type": ["null", "I"], "default": null},
                  {"name": "plain", "type": {"type": "enum", "name": "E", "namespace": "o", "symbols": ["A", "B"],
                    "default": "A"}}]}
                """);
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void isThatOfAvro(String schema) {
        assertThat(CanonicalForm.of(schema))
                .isEqualTo(SchemaNormalization.toParsingForm(new Schema.Parser().parse(schema)));
    }

    @Test
    void doesNotDependOnWhatReadersIgnore() {
        String schema = RelayBatchCodec.schema();
        String reordered = schema.replaceAll("\"doc\" : \"[^\"]*\",", "").replaceAll("\\s+", " ");

        assertThat(reordered).isNotEqualTo(schema);
        assertThat(Fingerprint.of(CanonicalForm.of(reordered))).isEqualTo(RelayBatchCodec.FINGERPRINT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[\"int\"",
                "{\"type\":}",
                "\"int\" 5",
                "{\"name\":\"R\"}",
                "{\"type\":\"array\"}",
                "nil",
                "\"\\u12\"",
                "\"\\x\"",
                "{\"type\":\"record\",\"fields\":[]}"
            })
    void whatIsNoSchemaIsRefused(String text) {
        assertThatThrownBy(() -> CanonicalForm.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deepNestingIsRefusedInsteadOfExhaustingTheStack() {
        assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).isInstanceOf(IllegalArgumentException.class);
    }
}
