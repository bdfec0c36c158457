package dev.weir.connector.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.store.ObjectStore.PutResult;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the archive relies on, whatever the store. */
abstract class ObjectStoreContract {

    abstract ObjectStore store() throws IOException;

    @Test
    void anObjectIsReadBackAsWritten() throws IOException {
        ObjectStore store = store();
        ByteBuffer content =
                ByteBuffer.wrap("--hello--".getBytes(UTF_8)).position(2).limit(7);

        PutResult result = store.putIfAbsent("a/b/c.mp4", content, "video/mp4", Map.of("first-offset", "7"));

        assertThat(result).isEqualTo(PutResult.CREATED);
        assertThat(content.remaining()).isEqualTo(5);
        assertThat(read(store, "a/b/c.mp4")).isEqualTo("hello");
        assertThat(store.stat("a/b/c.mp4"))
                .contains(new StoredObject(5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
    }

    @Test
    void aTakenKeyIsLeftAlone() throws IOException {
        ObjectStore store = store();
        store.putIfAbsent("k", bytes("first"), "text/plain", Map.of());

        assertThat(store.putIfAbsent("k", bytes("second"), "text/plain", Map.of()))
                .isEqualTo(PutResult.EXISTS);
        assertThat(read(store, "k")).isEqualTo("first");
    }

    @Test
    void anObjectIsReplacedOnlyInTheVersionThatTheWriterKnows() throws IOException {
        ObjectStore store = store();
        String key = "x/index.m3u8";

        String first = store.replace(key, ObjectStore.ABSENT, bytes("one"), "text/plain")
                .orElseThrow();
        String second = store.replace(key, first, bytes("two"), "text/plain").orElseThrow();

        assertThat(store.version(key)).isEqualTo(second).isNotEqualTo(first);
        assertThat(store.replace(key, first, bytes("late"), "text/plain")).isEmpty();
        assertThat(store.replace(key, ObjectStore.ABSENT, bytes("late"), "text/plain"))
                .isEmpty();
        assertThat(store.replace("free", first, bytes("late"), "text/plain")).isEmpty();
        assertThat(read(store, key)).isEqualTo("two");
        assertThat(store.version("free")).isEqualTo(ObjectStore.ABSENT);
    }

    @Test
    void aFreeKeyIsEmpty() throws IOException {
        ObjectStore store = store();

        assertThat(store.stat("nothing/here")).isEmpty();
        assertThatThrownBy(() -> store.get("nothing/here")).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void listGivesThePrefixInOrder() throws IOException {
        ObjectStore store = store();
        for (String key : List.of("s/2/b.mp4", "s/1/a.mp4", "s/2/a.json", "s2/1/a.mp4", "t")) {
            store.putIfAbsent(key, bytes(key), "text/plain", Map.of());
        }

        assertThat(store.list("s/")).containsExactly("s/1/a.mp4", "s/2/a.json", "s/2/b.mp4");
        assertThat(store.list("s/2/a")).containsExactly("s/2/a.json");
        assertThat(store.list("none/")).isEmpty();
    }

    @Test
    void ofManyWritersOneWins() throws Exception {
        ObjectStore store = store();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<PutResult>> attempts = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                ByteBuffer content = bytes("writer " + i);
                attempts.add(() -> store.putIfAbsent("race/k", content, "text/plain", Map.of()));
            }
            int created = 0;
            for (Future<PutResult> result : writers.invokeAll(attempts, 60, TimeUnit.SECONDS)) {
                created += result.get() == PutResult.CREATED ? 1 : 0;
            }
            assertThat(created).isEqualTo(1);
        } finally {
            writers.shutdownNow();
        }
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String read(ObjectStore store, String key) throws IOException {
        try (InputStream in = store.get(key)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
