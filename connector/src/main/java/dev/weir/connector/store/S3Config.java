package dev.weir.connector.store;

import java.time.Duration;
import java.util.Locale;

/**
 * Where and how to reach an S3 service.
 *
 * @param bucket an existing bucket
 * @param region region name; any word for services that have no regions
 * @param endpoint URL of a service that is not AWS, empty = AWS
 * @param pathStyle whether the bucket is part of the path ({@code http://host/bucket/key})
 * @param accessKeyId empty = the AWS default chain (environment, profile, instance role)
 * @param secretAccessKey the secret to it
 * @param timeout bound of one attempt of one request
 * @param partBytes larger objects are uploaded in parts of this size
 * @param encryption who encrypts what is stored
 * @param kmsKeyId the key for {@link Encryption#KMS}, empty = the bucket's default
 */
public record S3Config(
        String bucket,
        String region,
        String endpoint,
        boolean pathStyle,
        String accessKeyId,
        String secretAccessKey,
        Duration timeout,
        long partBytes,
        Encryption encryption,
        String kmsKeyId) {

    /** Server-side encryption that a write asks for. */
    public enum Encryption {
        /** What the bucket does by default. */
        DEFAULT,
        /** Keys of the service ({@code AES256}). */
        AES256,
        /** Keys of the key management service ({@code aws:kms}). */
        KMS;

        /** Returns the constant of a setting's value. */
        public static Encryption of(String setting) {
            return valueOf(setting.toUpperCase(Locale.ROOT));
        }
    }

    /** Checks that key id and secret come together. */
    public S3Config {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("s3.bucket must not be empty");
        }
        if (accessKeyId.isEmpty() != secretAccessKey.isEmpty()) {
            throw new IllegalArgumentException("s3.access.key.id and s3.secret.access.key come together");
        }
        if (partBytes < 1) {
            throw new IllegalArgumentException("s3.part.bytes must be positive: " + partBytes);
        }
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "S3Config[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
