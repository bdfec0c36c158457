package dev.weir.connector.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveSinkConfigTest {
    @Test
    void defaultsNeedAFolderOnly() {
        ArchiveSinkConfig config = new ArchiveSinkConfig(Map.of("archive.directory", "/data/archive"));

        assertThat(config.isS3()).isFalse();
        assertThat(config.directory()).isEqualTo("/data/archive");
        assertThat(config.segmentDuration()).hasSeconds(60);
    }

    @ParameterizedTest
    @CsvSource({
        "archive.store,tape",
        "archive.segment.duration.ms,10",
        "archive.prefix,live",
        "archive.prefix,../up/",
        "archive.prefix,/top/",
        "archive.buffer.bytes,1",
        "s3.endpoint,minio:9000"
    })
    void aBadValueIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> new ArchiveSinkConfig(Map.of("archive.directory", "/d", key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({
        "file,s3.bucket,b,archive.directory",
        "s3,archive.directory,/d,s3.bucket",
        "s3,s3.access.key.id,k,s3.bucket"
    })
    void whatTheStoreNeedsIsNamed(String store, String key, String value, String missing) {
        assertThatThrownBy(() -> new ArchiveSinkConfig(Map.of("archive.store", store, key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing);
    }

    @Test
    void theSecretIsNotShown() {
        ArchiveSinkConfig config = new ArchiveSinkConfig(Map.of(
                "archive.store", "s3",
                "s3.bucket", "b",
                "s3.access.key.id", "id",
                "s3.secret.access.key", "hush"));

        assertThat(config.values().toString()).doesNotContain("hush");
        assertThat(config.s3().secretAccessKey()).isEqualTo("hush");
    }

    @Test
    void theReferenceInTheDocumentationIsThatOfTheDefinition() throws IOException {
        String reference = ArchiveSinkConfig.definition().configKeys().values().stream()
                .map(ArchiveSinkConfigTest::row)
                .collect(Collectors.joining("\n", "| Setting | Type | Default | Meaning |\n|---|---|---|---|\n", "\n"));
        Files.writeString(Path.of("target/archive-settings.md"), reference);

        assertThat(Files.readString(Path.of("../docs/archive.md")))
                .as("docs/archive.md holds connector/target/archive-settings.md")
                .contains(reference);
    }

    private static String row(ConfigKey key) {
        Object value = key.defaultValue;
        String shown =
                value == null || value.toString().isEmpty() || key.name.contains("secret") ? "" : "`" + value + "`";
        String range = key.validator == null ? "" : key.validator.toString();
        return "| `" + key.name + "` | " + key.type.name().toLowerCase(java.util.Locale.ROOT) + " | " + shown + " | "
                + key.documentation + (range.isEmpty() ? "" : " Valid: " + range + ".") + " |";
    }
}
