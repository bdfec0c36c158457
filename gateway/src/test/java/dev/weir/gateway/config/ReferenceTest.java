package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To renew both files after a change of {@link Key}, run this test with {@code -Dsurefire.jvm=-Dweir.write-reference=true}. */
class ReferenceTest {
    private static final Path YAML = Path.of("src/main/resources/dev/weir/gateway/config/weir.yaml");
    private static final Path MARKDOWN = Path.of("../docs/configuration.md");
    private static final String BEGIN = "<!-- keys: written by ReferenceTest -->\n";
    private static final String END = "<!-- end of keys -->";

    @Test
    void theReferenceFileHoldsExactlyTheKeysThatExist() throws IOException {
        if (Boolean.getBoolean("weir.write-reference")) {
            Files.writeString(YAML, Reference.yaml());
        }

        assertThat(Files.readString(YAML)).isEqualTo(Reference.yaml());
    }

    @Test
    void theReferenceFileSetsEveryKeyToItsDefault(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("weir.yaml");
        try (var packaged = Objects.requireNonNull(Config.class.getResourceAsStream("weir.yaml"))) {
            Files.writeString(file, new String(packaged.readAllBytes(), StandardCharsets.UTF_8));
        }

        Config config = Config.load(new Config.Sources(Optional.of(file), Map.of(), List.of(), Set.of()));

        assertThat(config.settings()).hasSameSizeAs(Key.values());
        assertThat(Arrays.asList(Key.values())).allSatisfy(key -> {
            assertThat(config.text(key)).isEqualTo(key.defaultValue());
            assertThat(config.setting(key).origin()).isInstanceOf(Origin.FileLine.class);
        });
    }

    @Test
    void theDocumentHoldsExactlyTheKeysThatExist() throws IOException {
        String document = Files.readString(MARKDOWN);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        if (Boolean.getBoolean("weir.write-reference")) {
            document = document.substring(0, begin) + Reference.markdown() + document.substring(end);
            Files.writeString(MARKDOWN, document);
            end = document.indexOf(END);
        }

        assertThat(document.substring(begin, end)).isEqualTo(Reference.markdown());
    }
}
