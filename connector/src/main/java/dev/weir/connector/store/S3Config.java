package dev.weir.connector.store;

import java.time.Duration;

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
 */
public record S3Config(
        String bucket,
        String region,
        String endpoint,
        boolean pathStyle,
        String accessKeyId,
        String secretAccessKey,
        Duration timeout) {

    /** Checks that key id and secret come together. */
    public S3Config {
        if (bucket.isBlank()) {
            throw new IllegalArgumentException("s3.bucket must not be empty");
        }
        if (accessKeyId.isEmpty() != secretAccessKey.isEmpty()) {
            throw new IllegalArgumentException("s3.access.key.id and s3.secret.access.key come together");
        }
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "S3Config[bucket=" + bucket + ", region=" + region + ", endpoint=" + endpoint + "]";
    }
}
