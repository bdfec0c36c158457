package dev.weir.connector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileObjectStoreTest extends ObjectStoreContract {
    @TempDir
    Path folder;

    @Override
    ObjectStore store() throws IOException {
        return new FileObjectStore(folder).open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../b", "/etc/passwd", "a//b", "", "a/./b", "a/.."})
    void aKeyNeverLeavesTheFolder(String key) throws IOException {
        ObjectStore store = store();

        assertThatThrownBy(() -> store.putIfAbsent(key, bytes("x"), "text/plain", Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingIsLeftAsideAfterWriting() throws IOException {
        ObjectStore store = store();
        store.putIfAbsent("k", bytes("1"), "text/plain", Map.of());
        store.putIfAbsent("k", bytes("2"), "text/plain", Map.of());
        store.replace("p", store.version("p"), bytes("3"), "text/plain");

        try (Stream<Path> pending = Files.list(folder.resolve(".weir-pending"))) {
            assertThat(pending).isEmpty();
        }
    }

    @Test
    void whatAKilledWriterLeftIsRemovedLater() throws IOException {
        store();
        Path old = Files.writeString(folder.resolve(".weir-pending/old"), "part");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path recent = Files.writeString(folder.resolve(".weir-pending/recent"), "part");

        assertThat(store().list("")).isEmpty();
        assertThat(old).doesNotExist();
        assertThat(recent).exists();
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefusedInWords() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> new FileObjectStore(file).open())
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("cannot be written");
    }
}
