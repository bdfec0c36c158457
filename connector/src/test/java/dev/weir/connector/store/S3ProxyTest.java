package dev.weir.connector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connector.store.ObjectStore.PutResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** What the archive relies on, at an S3 service that we did not write. */
class S3ProxyTest extends ObjectStoreContract {
    private static final int PART_BYTES = 5 << 20;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private static S3ProxyServer server;

    @SuppressWarnings("NullAway.Init") // Before all tests.
    private static S3Client client;

    private static int buckets;

    private final String bucket = "media-" + ++buckets;
    private final S3ObjectStore store = S3ObjectStore.of(server.config(bucket));

    @BeforeAll
    static void startServer() throws IOException {
        server = S3ProxyServer.start(folder, 32);
        client = server.client();
    }

    @BeforeEach
    void createBucket() {
        client.createBucket(create -> create.bucket(bucket));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @Override
    ObjectStore store() {
        return store;
    }

    @Test
    void aLargeObjectGoesInPartsAndATakenKeyLeavesNoUploadBehind() throws IOException {
        ByteBuffer content = noise(12 << 20);

        assertThat(store.putIfAbsent("large", content, "video/mp4", Map.of("first-offset", "7")))
                .isEqualTo(PutResult.CREATED);
        assertThat(store.putIfAbsent("large", noise(11 << 20), "video/mp4", Map.of()))
                .isEqualTo(PutResult.EXISTS);

        assertThat(store.stat("large")).contains(new StoredObject(12 << 20, Sha256.of(content)));
        HeadObjectResponse head = head("large");
        assertThat(head.eTag()).endsWith("-3\"");
        assertThat(head.contentType()).isEqualTo("video/mp4");
        assertThat(head.metadata()).containsEntry("first-offset", "7");
        assertThat(openUploads()).isZero();
    }

    @Test
    void whoIsOvertakenWhileItUploadsFindsTheKeyTaken() throws IOException {
        ByteBuffer content = noise(6 << 20);
        AtomicBoolean overtaken = new AtomicBoolean();

        try (S3ObjectStore slow = tapped(request -> {
            if (isCompletion(request) && !overtaken.getAndSet(true)) {
                client.putObject(put -> put.bucket(bucket).key("large"), RequestBody.fromString("first"));
            }
            return request;
        })) {
            assertThat(slow.putIfAbsent("large", content, "video/mp4", Map.of()))
                    .isEqualTo(PutResult.EXISTS);
        }
        assertThat(overtaken).isTrue();
        assertThat(read(store, "large")).isEqualTo("first");
        assertThat(openUploads()).isZero();
    }

    @Test
    void anUploadThatBreaksIsAborted() throws IOException {
        AtomicBoolean broken = new AtomicBoolean();

        try (S3ObjectStore torn = tapped(request -> {
            if (isPart(request, 2)) {
                broken.set(true);
                throw new IOException("connection reset");
            }
            return request;
        })) {
            assertThatThrownBy(() -> torn.putIfAbsent("large", noise(6 << 20), "video/mp4", Map.of()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(broken).isTrue();
        assertThat(openUploads()).isZero();
        assertThat(store.stat("large")).isEmpty();
    }

    @Test
    void whatAKilledWriterLeftIsAbortedByTheNext() throws IOException {
        CreateMultipartUploadResponse left =
                client.createMultipartUpload(create -> create.bucket(bucket).key("large"));
        client.uploadPart(
                part -> part.bucket(bucket)
                        .key("large")
                        .uploadId(left.uploadId())
                        .partNumber(1),
                RequestBody.fromByteBuffer(noise(PART_BYTES)));
        assertThat(openUploads()).isEqualTo(1);
        ByteBuffer content = noise(6 << 20);

        store.putIfAbsent("large", content, "video/mp4", Map.of());

        assertThat(openUploads()).isZero();
        assertThat(store.stat("large").orElseThrow().sha256()).isEqualTo(Sha256.of(content));
    }

    @Test
    void bytesThatChangeOnTheWayAreRefusedAndSentAgain() throws IOException {
        ByteBuffer content = noise(1 << 20);
        AtomicBoolean changed = new AtomicBoolean();

        try (S3ObjectStore torn = tapped(request -> changed.getAndSet(true) ? request : withOtherBytes(request))) {
            assertThatThrownBy(() -> torn.putIfAbsent("k", content, "video/mp4", Map.of()))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(StoreRefusedException.class);
            assertThat(store.stat("k")).isEmpty();
            assertThat(torn.putIfAbsent("k", content, "video/mp4", Map.of())).isEqualTo(PutResult.CREATED);
        }
        assertThat(store.stat("k").orElseThrow().sha256()).isEqualTo(Sha256.of(content));
    }

    @Test
    void whatOnlyAnOperatorCanMendSaysHow() {
        S3Config wrongSecret = server.config(bucket, "guess", S3Config.Encryption.DEFAULT);
        try (S3ObjectStore stranger = S3ObjectStore.of(wrongSecret);
                S3ObjectStore lost = S3ObjectStore.of(server.config("no-such-bucket"))) {
            assertThatThrownBy(() -> stranger.putIfAbsent("k", bytes("x"), "text/plain", Map.of()))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("mend s3.secret.access.key");
            assertThatThrownBy(() -> lost.putIfAbsent("k", bytes("x"), "text/plain", Map.of()))
                    .isInstanceOf(StoreRefusedException.class)
                    .hasMessageContaining("create the bucket");
        }
    }

    @Test
    void encryptionByTheServiceIsDone() throws IOException {
        S3Config aes256 = server.config(bucket, S3ProxyServer.SECRET, S3Config.Encryption.AES256);
        try (S3ObjectStore encrypting = S3ObjectStore.of(aes256)) {
            encrypting.putIfAbsent("small", noise(100), "video/mp4", Map.of());
            encrypting.putIfAbsent("large", noise(6 << 20), "video/mp4", Map.of());
        }

        assertThat(head("small").serverSideEncryptionAsString()).isEqualTo("AES256");
        assertThat(head("large").serverSideEncryptionAsString()).isEqualTo("AES256");
    }

    private S3ObjectStore tapped(TappedHttp.Tap tap) {
        return S3ObjectStore.of(
                server.config(bucket),
                new TappedHttp(UrlConnectionHttpClient.create(), tap),
                AwsRetryStrategy.doNotRetry());
    }

    private static boolean isCompletion(HttpExecuteRequest request) {
        return request.httpRequest().method().name().equals("POST")
                && request.httpRequest().rawQueryParameters().containsKey("uploadId");
    }

    private static boolean isPart(HttpExecuteRequest request, int number) {
        return request.httpRequest()
                .firstMatchingRawQueryParameter("partNumber")
                .equals(Optional.of(Integer.toString(number)));
    }

    private static HttpExecuteRequest withOtherBytes(HttpExecuteRequest request) throws IOException {
        byte[] body;
        try (InputStream in = request.contentStreamProvider().orElseThrow().newStream()) {
            body = in.readAllBytes();
        }
        body[body.length / 2]++;
        return HttpExecuteRequest.builder()
                .request(request.httpRequest())
                .contentStreamProvider(() -> new ByteArrayInputStream(body))
                .build();
    }

    private HeadObjectResponse head(String key) {
        return client.headObject(head -> head.bucket(bucket).key(key));
    }

    private int openUploads() {
        return client.listMultipartUploads(list -> list.bucket(bucket))
                .uploads()
                .size();
    }

    private static ByteBuffer noise(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
