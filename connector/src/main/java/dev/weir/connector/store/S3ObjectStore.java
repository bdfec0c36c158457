package dev.weir.connector.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Keeps objects in a bucket. Conditional writes are {@code If-None-Match: *}; the SHA-256 of the content travels as
 * metadata, Content-MD5 guards the way (every S3 service checks it, unlike the newer checksums).
 */
public final class S3ObjectStore implements ObjectStore {
    private static final String SHA256_METADATA = "sha256";
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;

    private final S3Client client;
    private final String bucket;

    private S3ObjectStore(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /** Creates a store on a client of its own; connects with the first request. */
    public static S3ObjectStore of(S3Config config) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                // Content is in memory: sent whole, as the simplest of services understand it.
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(config.timeout()))
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(config.timeout())
                        .build());
        if (!config.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(config.endpoint()));
        }
        if (!config.accessKeyId().isEmpty()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(config.accessKeyId(), config.secretAccessKey())));
        }
        return new S3ObjectStore(builder.build(), config.bucket());
    }

    @Override
    public PutResult putIfAbsent(String key, ByteBuffer content, String contentType, Map<String, String> metadata)
            throws IOException {
        Map<String, String> facts = new HashMap<>(metadata);
        facts.put(SHA256_METADATA, Sha256.of(content));
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(contentType)
                .contentMD5(md5(content))
                .metadata(facts)
                .ifNoneMatch("*")
                .build();
        try {
            client.putObject(request, body(content));
            return PutResult.CREATED;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED) {
                return PutResult.EXISTS;
            }
            throw failure(key, e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public void put(String key, ByteBuffer content, String contentType) throws IOException {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(contentType)
                .contentMD5(md5(content))
                .build();
        try {
            client.putObject(request, body(content));
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public Optional<StoredObject> stat(String key) throws IOException {
        HeadObjectResponse head;
        try {
            head = client.headObject(request -> request.bucket(bucket).key(key));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw failure(key, e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
        String stored = head.metadata().get(SHA256_METADATA);
        return Optional.of(new StoredObject(head.contentLength(), stored != null ? stored : sha256Of(key)));
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
            return client.getObject(request -> request.bucket(bucket).key(key));
        } catch (NoSuchKeyException e) {
            throw (IOException) new FileNotFoundException("no object " + key).initCause(e);
        } catch (SdkException e) {
            throw failure(key, e);
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        ListObjectsV2Request request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        try {
            return client.listObjectsV2Paginator(request).contents().stream()
                    .map(S3Object::key)
                    .sorted()
                    .toList();
        } catch (SdkException e) {
            throw failure(prefix, e);
        }
    }

    private static RequestBody body(ByteBuffer content) {
        return RequestBody.fromRemainingByteBuffer(content.duplicate());
    }

    private static String md5(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(content.duplicate());
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** Tells what an operator must mend from what may pass by itself. */
    private IOException failure(String key, SdkException e) {
        String message = "s3://" + bucket + "/" + key + ": " + e.getMessage();
        if (e instanceof S3Exception answer) {
            int status = answer.statusCode();
            if (status == 301 || status == 400 || status == 401 || status == 403 || status == NOT_FOUND) {
                return new StoreRefusedException(message, e);
            }
        }
        return new IOException(message, e);
    }

    @Override
    public void close() {
        client.close();
    }
}
