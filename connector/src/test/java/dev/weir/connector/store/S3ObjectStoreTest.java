package dev.weir.connector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3ObjectStoreTest extends ObjectStoreContract {
    private SmallS3 s3;
    private S3ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        s3 = new SmallS3();
        store = S3ObjectStore.of(s3.config(1_000));
    }

    @AfterEach
    void stop() {
        store.close();
        s3.close();
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void aPassingFailureIsTriedAgain() throws IOException {
        s3.fail(2, 503);

        assertThat(store.putIfAbsent("k", bytes("x"), "text/plain", Map.of())).isEqualTo(ObjectStore.PutResult.CREATED);
    }

    @Test
    void aRefusalNeedsAnOperator() {
        s3.fail(1, 403);

        assertThatThrownBy(() -> store.putIfAbsent("k", bytes("x"), "text/plain", Map.of()))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("s3://media/k");
    }

    @Test
    void theSecretIsNotShown() {
        assertThat(s3.config(1_000).toString()).doesNotContain("hush");
    }

    @Test
    void aLargeObjectGoesInPartsAndATakenKeyLeavesNoUploadBehind() throws IOException {
        String content = "0123456789".repeat(250);

        assertThat(store.putIfAbsent("large", bytes(content), "text/plain", Map.of("first-offset", "7")))
                .isEqualTo(ObjectStore.PutResult.CREATED);
        assertThat(store.putIfAbsent("large", bytes(content + "!"), "text/plain", Map.of()))
                .isEqualTo(ObjectStore.PutResult.EXISTS);

        assertThat(read(store, "large")).isEqualTo(content);
        assertThat(store.stat("large")).contains(new StoredObject(2_500, Sha256.of(bytes(content))));
        assertThat(s3.service().openUploads()).isZero();
    }
}
