package dev.weir.connector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
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
        store = S3ObjectStore.of(
                new S3Config("media", "us-east-1", s3.endpoint(), true, "id", "secret", Duration.ofSeconds(10)));
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
        S3Config config = new S3Config("media", "us-east-1", "", true, "id", "hush", Duration.ofSeconds(1));

        assertThat(config.toString()).doesNotContain("hush");
    }
}
