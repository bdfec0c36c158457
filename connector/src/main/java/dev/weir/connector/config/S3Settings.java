package dev.weir.connector.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** Settings of the S3 store. Immutable. */
public final class S3Settings {
    /** S3 bucket. */
    public static final String BUCKET = "s3.bucket";

    /** S3 region. */
    public static final String REGION = "s3.region";

    /** S3 endpoint. */
    public static final String ENDPOINT = "s3.endpoint";

    /** S3 addressing. */
    public static final String PATH_STYLE = "s3.path.style";

    /** S3 access key. */
    public static final String ACCESS_KEY_ID = "s3.access.key.id";

    /** S3 secret key. */
    public static final String SECRET_ACCESS_KEY = "s3.secret.access.key";

    /** S3 timeout. */
    public static final String TIMEOUT_MS = "s3.timeout.ms";

    /** S3 part size. */
    public static final String PART_BYTES = "s3.part.bytes";

    /** S3 server-side encryption. */
    public static final String ENCRYPTION = "s3.encryption";

    /** S3 encryption key. */
    public static final String KMS_KEY_ID = "s3.kms.key.id";

    private final AbstractConfig values;

    S3Settings(AbstractConfig values) {
        this.values = values;
    }

    static void define(ConfigDef definition, Predicate<Map<String, Object>> shown) {
        new SettingGroup(definition, "S3 store", shown)
                .add(BUCKET, ConfigDef.Type.STRING, "", SettingGroup.anything(), Importance.HIGH, "An existing bucket.")
                .add(
                        REGION,
                        ConfigDef.Type.STRING,
                        "us-east-1",
                        SettingGroup.anything(),
                        Importance.MEDIUM,
                        "Region of the bucket.")
                .add(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.url(),
                        Importance.MEDIUM,
                        "URL of an S3 service other than AWS, for example http://minio:9000.")
                .add(
                        PATH_STYLE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        SettingGroup.anything(),
                        Importance.MEDIUM,
                        "Whether the bucket is part of the path (most services other than AWS) or of the host name.")
                .add(
                        ACCESS_KEY_ID,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        Importance.MEDIUM,
                        "Access key. Empty = the AWS default chain: environment, profile, instance role.")
                .add(
                        SECRET_ACCESS_KEY,
                        ConfigDef.Type.PASSWORD,
                        "",
                        SettingGroup.anything(),
                        Importance.MEDIUM,
                        "Secret of the access key.")
                .add(
                        TIMEOUT_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.between(1_000L, 3_600_000L),
                        Importance.LOW,
                        "Time bound of one attempt of one request.")
                .add(
                        PART_BYTES,
                        ConfigDef.Type.LONG,
                        16L * 1024 * 1024,
                        ConfigDef.Range.between(5L * 1024 * 1024, 1024L * 1024 * 1024),
                        Importance.LOW,
                        "Objects above this size are uploaded in parts of it, so that a failure costs a part only.")
                .choose(
                        ENCRYPTION,
                        List.of("default", "aes256", "kms"),
                        Importance.LOW,
                        "Server-side encryption to ask for: what the bucket does (default), keys of the service"
                                + " (aes256), keys of the key management service (kms).")
                .add(
                        KMS_KEY_ID,
                        ConfigDef.Type.STRING,
                        "",
                        SettingGroup.anything(),
                        Importance.LOW,
                        "Key for s3.encryption=kms. Empty = the key of the bucket or the account.");
    }

    /** Returns what is wrong with the values together. */
    static List<ArchiveSinkConfig.Problem> problems(Map<String, String> properties, boolean chosen) {
        List<ArchiveSinkConfig.Problem> problems = new ArrayList<>();
        if (chosen && properties.getOrDefault(BUCKET, "").isBlank()) {
            problems.add(new ArchiveSinkConfig.Problem(
                    BUCKET, "must name a bucket when " + ArchiveSinkConfig.STORE + " is s3"));
        }
        boolean keyId = properties.getOrDefault(ACCESS_KEY_ID, "").isBlank();
        boolean secret = properties.getOrDefault(SECRET_ACCESS_KEY, "").isBlank();
        if (keyId != secret) {
            problems.add(new ArchiveSinkConfig.Problem(
                    keyId ? ACCESS_KEY_ID : SECRET_ACCESS_KEY,
                    "must be set: key id and secret come together, or neither for the AWS default chain"));
        }
        return problems;
    }

    /** Returns {@link #BUCKET}. */
    public String bucket() {
        return values.getString(BUCKET);
    }

    /** Returns {@link #REGION}. */
    public String region() {
        return values.getString(REGION);
    }

    /** Returns {@link #ENDPOINT}. */
    public String endpoint() {
        return values.getString(ENDPOINT);
    }

    /** Returns {@link #PATH_STYLE}. */
    public boolean pathStyle() {
        return values.getBoolean(PATH_STYLE);
    }

    /** Returns {@link #ACCESS_KEY_ID}. */
    public String accessKeyId() {
        return values.getString(ACCESS_KEY_ID);
    }

    /** Returns {@link #SECRET_ACCESS_KEY}. */
    public String secretAccessKey() {
        return values.getPassword(SECRET_ACCESS_KEY).value();
    }

    /** Returns {@link #TIMEOUT_MS}. */
    public Duration timeout() {
        return Duration.ofMillis(values.getLong(TIMEOUT_MS));
    }

    /** Returns {@link #PART_BYTES}. */
    public long partBytes() {
        return values.getLong(PART_BYTES);
    }

    /** Returns {@link #ENCRYPTION}. */
    public String encryption() {
        return values.getString(ENCRYPTION);
    }

    /** Returns {@link #KMS_KEY_ID}. */
    public String kmsKeyId() {
        return values.getString(KMS_KEY_ID);
    }
}
