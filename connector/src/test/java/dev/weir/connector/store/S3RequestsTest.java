package dev.weir.connector.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** What the requests to S3 say, whatever the service makes of it. */
class S3RequestsTest {
    private static final int PART_BYTES = 1_000;

    private final TappedHttp http = new TappedHttp(new S3Wire(), request -> request);

    private S3ObjectStore store(String endpoint, boolean pathStyle, S3Config.Encryption encryption, String key) {
        S3Config config = new S3Config(
                "media",
                "eu-central-1",
                endpoint,
                pathStyle,
                "id",
                "hush",
                Duration.ofSeconds(10),
                PART_BYTES,
                encryption,
                key);
        return S3ObjectStore.of(config, http, AwsRetryStrategy.doNotRetry());
    }

    @Test
    void encryptionIsAskedForWhereAnObjectBegins() throws IOException {
        try (S3ObjectStore store = store("", true, S3Config.Encryption.KMS, "arn:aws:kms:eu-central-1:1:key/9")) {
            store.putIfAbsent("small", ByteBuffer.allocate(10), "text/plain", Map.of());
            store.putIfAbsent("large", ByteBuffer.allocate(2 * PART_BYTES), "text/plain", Map.of());
            store.replace("index.m3u8", ObjectStore.ABSENT, ByteBuffer.allocate(10), "text/plain");
        }

        List<SdkHttpRequest> beginnings = http.requests().stream()
                .filter(request -> isPut(request) ? !isPart(request) : isCreation(request))
                .toList();
        assertThat(beginnings).hasSize(3).allSatisfy(request -> {
            assertThat(header(request, "x-amz-server-side-encryption")).isEqualTo("aws:kms");
            assertThat(header(request, "x-amz-server-side-encryption-aws-kms-key-id"))
                    .isEqualTo("arn:aws:kms:eu-central-1:1:key/9");
        });
        // S3 refuses the header anywhere else.
        assertThat(http.requests())
                .filteredOn(request -> !beginnings.contains(request))
                .allSatisfy(request -> assertThat(header(request, "x-amz-server-side-encryption"))
                        .isEmpty());
    }

    @Test
    void keysOfTheServiceAreAskedForByName() throws IOException {
        try (S3ObjectStore store = store("", true, S3Config.Encryption.AES256, "")) {
            store.putIfAbsent("small", ByteBuffer.allocate(10), "text/plain", Map.of());
        }

        assertThat(http.requests()).singleElement().satisfies(request -> {
            assertThat(header(request, "x-amz-server-side-encryption")).isEqualTo("AES256");
            assertThat(header(request, "x-amz-server-side-encryption-aws-kms-key-id"))
                    .isEmpty();
        });
    }

    @Test
    void writesAreConditionalAndCarryTheirChecksum() throws IOException {
        try (S3ObjectStore store = store("", true, S3Config.Encryption.DEFAULT, "")) {
            store.putIfAbsent("small", ByteBuffer.allocate(10), "text/plain", Map.of());
            store.putIfAbsent("large", ByteBuffer.allocate(2 * PART_BYTES), "text/plain", Map.of());
        }

        assertThat(http.requests())
                .filteredOn(S3RequestsTest::isPut)
                .hasSize(3)
                .allSatisfy(
                        request -> assertThat(header(request, "content-md5")).isNotEmpty());
        assertThat(http.requests())
                .filteredOn(request -> header(request, "if-none-match").equals("*"))
                .extracting(request -> request.method() + " " + request.encodedPath())
                .containsExactly("PUT /media/small", "POST /media/large");
        assertThat(http.requests())
                .allSatisfy(request -> assertThat(header(request, "x-amz-server-side-encryption"))
                        .isEmpty());
    }

    @Test
    void theBucketIsPartOfThePathOrOfTheHost() throws IOException {
        try (S3ObjectStore store = store("http://s3.invalid:9000", true, S3Config.Encryption.DEFAULT, "")) {
            store.stat("live/camera/7/a b.mp4");
        }
        try (S3ObjectStore store = store("", false, S3Config.Encryption.DEFAULT, "")) {
            store.stat("live/camera/7/a b.mp4");
        }

        assertThat(http.requests())
                .extracting(request -> request.getUri().toString())
                .containsExactly(
                        "http://s3.invalid:9000/media/live/camera/7/a%20b.mp4",
                        "https://media.s3.eu-central-1.amazonaws.com/live/camera/7/a%20b.mp4");
    }

    private static boolean isPut(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.PUT;
    }

    private static boolean isPart(SdkHttpRequest request) {
        return request.firstMatchingRawQueryParameter("partNumber").isPresent();
    }

    private static boolean isCreation(SdkHttpRequest request) {
        return request.rawQueryParameters().containsKey("uploads") && request.method() == SdkHttpMethod.POST;
    }

    private static String header(SdkHttpRequest request, String name) {
        return request.firstMatchingHeader(name).orElse("");
    }
}
