package dev.weir.connector.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Keeps objects in a bucket. Conditional writes are {@code If-None-Match: *}, for objects of several parts at the end of
 * their upload. The SHA-256 of the content travels as metadata; Content-MD5 guards the way (every S3 service checks it,
 * unlike the newer checksums); the entity tag in the answer, or else the object read back, proves what was stored.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);
    private static final String SHA256_METADATA = "sha256";
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;

    private final S3Client client;
    private final S3Config config;

    private S3ObjectStore(S3Client client, S3Config config) {
        this.client = client;
        this.config = config;
    }

    /** Creates a store on a client of its own; connects with the first request. */
    public static S3ObjectStore of(S3Config config) {
        SdkHttpClient http = UrlConnectionHttpClient.builder()
                .socketTimeout(config.timeout())
                .build();
        return of(config, http, AwsRetryStrategy.standardRetryStrategy());
    }

    /** Creates a store that speaks through {@code http}, which it owns, and repeats requests as {@code retries} says. */
    static S3ObjectStore of(S3Config config, SdkHttpClient http, RetryStrategy retries) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                // Content is in memory: sent whole, as the simplest of services understand it.
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override ->
                        override.apiCallAttemptTimeout(config.timeout()).retryStrategy(retries))
                .httpClient(http);
        if (!config.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(config.endpoint()));
        }
        if (!config.accessKeyId().isEmpty()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(config.accessKeyId(), config.secretAccessKey())));
        }
        return new S3ObjectStore(builder.build(), config);
    }

    @Override
    public PutResult putIfAbsent(String key, ByteBuffer content, String contentType, Map<String, String> metadata)
            throws IOException {
        Map<String, String> facts = new HashMap<>(metadata);
        facts.put(SHA256_METADATA, Sha256.of(content));
        boolean inParts = content.remaining() > config.partBytes();
        try {
            if (inParts && head(key).isPresent()) {
                return taken(key, content, contentType, facts);
            }
            String tag = inParts
                    ? upload(key, content, contentType, facts)
                    : put(key, content, contentType, facts, request -> request.ifNoneMatch("*"));
            requireStored(key, tag, content, contentType, facts);
            return PutResult.CREATED;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                return taken(key, content, contentType, facts);
            }
            throw failure(key, e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    private String put(
            String key,
            ByteBuffer content,
            String contentType,
            Map<String, String> metadata,
            Consumer<PutObjectRequest.Builder> condition) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(config.bucket())
                .key(key)
                .contentType(contentType)
                .contentMD5(S3Tags.contentMd5(content))
                .metadata(metadata)
                .serverSideEncryption(encryption())
                .ssekmsKeyId(kmsKeyId());
        condition.accept(request);
        return client.putObject(request.build(), BufferBody.of(content)).eTag();
    }

    private String upload(String key, ByteBuffer content, String contentType, Map<String, String> metadata) {
        CreateMultipartUploadRequest request = CreateMultipartUploadRequest.builder()
                .bucket(config.bucket())
                .key(key)
                .contentType(contentType)
                .metadata(metadata)
                .serverSideEncryption(encryption())
                .ssekmsKeyId(kmsKeyId())
                .build();
        return new S3Upload(client, request, content, config.partBytes()).writeIfAbsent();
    }

    private @Nullable ServerSideEncryption encryption() {
        return switch (config.encryption()) {
            case DEFAULT -> null;
            case AES256 -> ServerSideEncryption.AES256;
            case KMS -> ServerSideEncryption.AWS_KMS;
        };
    }

    private @Nullable String kmsKeyId() {
        return config.kmsKeyId().isEmpty() ? null : config.kmsKeyId();
    }

    /** The object is there. If it says that it is this one, it must be: a writer may have died before it looked. */
    private PutResult taken(String key, ByteBuffer content, String contentType, Map<String, String> facts)
            throws IOException {
        try {
            Optional<HeadObjectResponse> found = head(key);
            boolean claimed = found.isPresent()
                    && Objects.equals(
                            facts.get(SHA256_METADATA), found.get().metadata().get(SHA256_METADATA));
            if (claimed) {
                requireStored(key, found.get().eTag(), content, contentType, facts);
            }
            return PutResult.EXISTS;
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    /** Compares what was stored with {@code content}, and writes it once more if it differs. */
    private void requireStored(
            String key, @Nullable String tag, ByteBuffer content, String contentType, Map<String, String> facts)
            throws IOException {
        if (isStored(key, tag, content)) {
            return;
        }
        LOG.warn("s3://{}/{} is stored with other bytes than were sent, writing it again", config.bucket(), key);
        if (!isStored(key, put(key, content, contentType, facts, request -> {}), content)) {
            throw new StoreRefusedException(
                    "s3://" + config.bucket() + "/" + key + " is stored with other bytes than were sent, twice."
                            + " What to do: mend the service, or what lies between it and this worker",
                    new IOException("checksum mismatch"));
        }
    }

    /** An entity tag that fits is proof; one that does not may be of another kind, as with encryption by KMS. */
    private boolean isStored(String key, @Nullable String tag, ByteBuffer content) throws IOException {
        return (tag != null && S3Tags.fits(tag, content, config.partBytes()))
                || sha256Of(key).equals(Sha256.of(content));
    }

    @Override
    public Optional<String> replace(String key, String before, ByteBuffer content, String contentType)
            throws IOException {
        String tag;
        try {
            tag = put(key, content, contentType, Map.of(), request -> {
                if (before.equals(ABSENT)) {
                    request.ifNoneMatch("*");
                } else {
                    request.ifMatch(before);
                }
            });
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED || S3Failures.code(e).equals("NoSuchKey")) {
                return Optional.empty();
            }
            throw failure(key, e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
        if (!isStored(key, tag, content)) {
            throw new IOException("s3://" + config.bucket() + "/" + key + " is stored with other bytes than were sent");
        }
        return Optional.of(tag);
    }

    @Override
    public String version(String key) throws IOException {
        try {
            return head(key).map(HeadObjectResponse::eTag).orElse(ABSENT);
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public Optional<StoredObject> stat(String key) throws IOException {
        Optional<HeadObjectResponse> head;
        try {
            head = head(key);
        } catch (SdkException e) {
            throw failure(key, e);
        }
        if (head.isEmpty()) {
            return Optional.empty();
        }
        String stored = head.get().metadata().get(SHA256_METADATA);
        return Optional.of(new StoredObject(head.get().contentLength(), stored != null ? stored : sha256Of(key)));
    }

    private Optional<HeadObjectResponse> head(String key) {
        try {
            return Optional.of(
                    client.headObject(request -> request.bucket(config.bucket()).key(key)));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String sha256Of(String key) throws IOException {
        try (InputStream in = get(key)) {
            Sha256 digest = new Sha256();
            digest.update(in);
            return digest.hex();
        }
    }

    @Override
    public InputStream get(String key) throws IOException {
        try {
            return client.getObject(request -> request.bucket(config.bucket()).key(key));
        } catch (NoSuchKeyException e) {
            throw (IOException) new FileNotFoundException("no object " + key).initCause(e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(config.bucket())
                .prefix(prefix)
                .build();
        try {
            return client.listObjectsV2Paginator(request).contents().stream()
                    .map(S3Object::key)
                    .sorted()
                    .toList();
        } catch (SdkException e) {
            throw failure(prefix, e);
        }
    }

    private IOException failure(String key, SdkException e) {
        return S3Failures.of("s3://" + config.bucket() + "/" + key, e);
    }

    @Override
    public void close() {
        client.close();
    }
}
